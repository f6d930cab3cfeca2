#include <catch2/catch.hpp>

#include <filesystem>
#include <string>
#include <vector>

#include <dropzone/config/config_file.h>

#include "options/command_line.h"
#include "options/option_table.h"
#include "support/temporary_folder.h"

namespace dropzone::server {
namespace {

Result<Options> options_of(std::vector<std::string> arguments,
                           const config::Environment& environment = {}) {
  const auto line = read_command_line(std::move(arguments));
  if (!line) return line.error();
  return read_options(line->settings, environment);
}

std::string option_fault_of(std::vector<std::string> arguments,
                            const config::Environment& environment = {}) {
  const auto options = options_of(std::move(arguments), environment);
  return options ? "no fault" : options.error().detail;
}

TEST_CASE("a server without options listens on the loopback interface alone") {
  const auto options = options_of({}).value();
  CHECK(options.server.address == "127.0.0.1:8080");
  CHECK(options.api.max_body == 32u << 20);
}

TEST_CASE("each option in force is shown with who set it, without secrets") {
  const test::TemporaryFolder folder;
  const auto file = folder.write("dropzone.toml", "max-ids = 3\n").string();
  const auto options =
      options_of({"--config", file, "--store", "memory:"},
                 {{"DROPZONE_USER", "ann"}, {"DROPZONE_PASSWORD", "a-secret"}, {"PORT", "8081"}})
          .value();
  const auto shown = [&](std::string_view name) {
    for (const auto& option : options.api.in_force) {
      if (option.name == name) return option.value + ", " + option.origin;
    }
    return std::string("no such option");
  };
  CHECK(shown("store") == "memory:, command line");
  CHECK(shown("user") == "ann, environment");
  CHECK(shown("password") == ", environment");
  CHECK(shown("listen") == "0.0.0.0:8081, environment");
  CHECK(shown("max-ids") == "3, file");
  CHECK(shown("max-records") == "10000, default");
}

TEST_CASE("the console's client needs a provider") {
  CHECK(option_fault_of({"--console-oidc-client", "page"}) ==
        "--console-oidc-client: it has no provider. Name one with --oidc-issuer.");
}

TEST_CASE("the command line wins over the environment, the environment over the file") {
  const test::TemporaryFolder folder;
  const auto file =
      folder.write("dropzone.toml", "max-ids = 3\nmax-records = 3\nmax-body = \"3KiB\"\n").string();
  const config::Environment environment{
      {"DROPZONE_CONFIG", file}, {"DROPZONE_MAX_IDS", "2"}, {"DROPZONE_MAX_RECORDS", "2"}};
  const auto options = options_of({"--max-ids", "1"}, environment).value();
  CHECK(options.api.max_ids == 1);
  CHECK(options.api.max_records == 2);
  CHECK(options.api.max_body == 3 * 1'024);
  CHECK(options.api.max_depth == Options().api.max_depth);
}

/// A value other than the default that the option takes.
std::string some_value(const config::OptionSpec& spec) {
  for (const auto text :
       {"3s", "99", "5", "200", "2KiB", "2MiB", "off", "text", "debug", "127.0.0.1:99",
        "10.0.0.0/8", "5/s", "forwarded", "a=read", "/dropzone"}) {
    Options options;
    if (option_table().set(options, spec.name, text).has_value()) return text;
  }
  return "";
}

TEST_CASE("every option can be set on the command line, in the environment and in the file") {
  const test::TemporaryFolder folder;
  for (const config::OptionSpec& spec : option_table().specs()) {
    if (spec.name == "config") continue;
    const std::string name(spec.name);
    const std::string value = some_value(spec);
    CAPTURE(name, value);
    REQUIRE_FALSE(value.empty());
    const auto file = folder.write("dropzone.toml", name + " = \"" + value + "\"\n");
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    const auto from_line = read_command_line({"--" + name, value});
    const auto from_environment =
        config::environment_settings(option_table(), {{config::environment_name(name), value}});
    CHECK(from_line.has_value() == !spec.secret);
    if (from_line) CHECK(from_line->settings.at(name).text == value);
    CHECK(from_environment->at(name).text == value);
    CHECK(config::read_config_file(option_table(), file)->at(name).text == value);
  }
}

TEST_CASE("PORT is honoured if no address is given, then on all interfaces") {
  CHECK(options_of({}, {{"PORT", "81"}})->server.address == "0.0.0.0:81");
  CHECK(options_of({"--listen", "127.0.0.1:82"}, {{"PORT", "81"}})->server.address ==
        "127.0.0.1:82");
  CHECK(options_of({}, {{"PORT", "81"}, {"DROPZONE_LISTEN", "[::1]:83"}})->server.address ==
        "[::1]:83");
  CHECK(option_fault_of({}, {{"PORT", "http"}}) ==
        R"(PORT: "http" is not a port. Write a number from 0 to 65535.)");
}

TEST_CASE("a fault names the place that set the value") {
  const test::TemporaryFolder folder;
  const auto file = folder.write("dropzone.toml", "# limits\nmax-body = \"3XB\"\n").string();
  const std::string why = R"("3XB" has an unknown unit. Write B, KiB, MiB or GiB, such as 32MiB.)";
  CHECK(option_fault_of({"--max-body", "3XB"}) == "--max-body: " + why);
  CHECK(option_fault_of({"--max-body=3XB"}) == "--max-body: " + why);
  CHECK(option_fault_of({}, {{"DROPZONE_MAX_BODY", "3XB"}}) == "DROPZONE_MAX_BODY: " + why);
  CHECK(option_fault_of({"--config", file}) == file + ":2: max-body: " + why);
}

TEST_CASE("an unknown option is refused with the nearest known one, wherever it stands") {
  const test::TemporaryFolder folder;
  const auto file = folder.write("dropzone.toml", "max-bdoy = 1\n").string();
  CHECK(option_fault_of({"--max-bdoy", "3"}) ==
        "--max-bdoy: there is no such option. Did you mean --max-body?");
  CHECK(option_fault_of({"--max-bdoy=3"}) ==
        "--max-bdoy: there is no such option. Did you mean --max-body?");
  CHECK(option_fault_of({"--nonsense"}) ==
        "--nonsense: there is no such option. See dropzone-server --help.");
  CHECK(
      option_fault_of({"serve"}) ==
      R"("serve": there is no such command. The commands are backup, check, compact, copy, help, )"
      "restore and user. Without a command, the server starts.");
  CHECK(option_fault_of({"bakcup"}) ==
        R"("bakcup": there is no such command. Did you mean "backup"? The commands are backup, )"
        "check, compact, copy, help, restore and user. Without a command, the server starts.");
  CHECK(option_fault_of({"--port", "80"}) ==
        "--port: there is no such option. Did you mean --listen?");
  CHECK(option_fault_of({"--db=x"}) == "--db: there is no such option. Did you mean --store?");
  CHECK(option_fault_of({}, {{"DROPZONE_MAX_BDOY", "3"}}) ==
        "DROPZONE_MAX_BDOY: there is no such option. Did you mean DROPZONE_MAX_BODY? Otherwise "
        "unset it.");
  CHECK(option_fault_of({"--config", file}) ==
        file + ":1: max-bdoy: there is no such option. Did you mean max-body?");
}

TEST_CASE("variables that Kubernetes sets for a service named dropzone are no fault") {
  CHECK(option_fault_of({}, {{"DROPZONE_PORT", "tcp://10.0.0.1:80"},
                             {"DROPZONE_SERVICE_HOST", "10.0.0.1"},
                             {"DROPZONE_SERVICE_PORT", "80"},
                             {"DROPZONE_PORT_80_TCP_ADDR", "10.0.0.1"},
                             {"DROPZONE_PORT_80_TCP_PROTO", "tcp"}}) == "no fault");
}

TEST_CASE("a variable that is empty sets nothing") {
  CHECK(options_of({}, {{"DROPZONE_LISTEN", ""}, {"PORT", ""}})->server.address ==
        Options{}.server.address);
}

TEST_CASE("an option without its value, or twice, is a fault") {
  CHECK_THAT(option_fault_of({"--store"}), Catch::Matchers::Contains("--store"));
  CHECK(option_fault_of({"--max-ids", "1", "--max-ids", "2"}) ==
        "--max-ids: it is given more than once.");
}

TEST_CASE("a provider of tokens is described by options that belong together") {
  const test::TemporaryFolder folder;
  const auto file = folder.write("dropzone.toml",
                                 "oidc-issuer = \"https://a.example\"\noidc-audience = [\"b\", "
                                 "\"c\"]\noidc-role = [\"d=read,d=write\", \"e=admin\"]\n");
  const auto options = options_of({"--config", file.string(), "--oidc-clock-skew", "5s"}).value();
  CHECK(options.oidc.issuer == "https://a.example");
  CHECK(options.oidc.audiences == std::vector<std::string>{"b", "c"});
  CHECK(options.oidc.clock_skew == std::chrono::seconds(5));
  CHECK(options.oidc_roles_claim == "roles");
  CHECK(options.oidc_roles.at("d").text() == "read,write");
  CHECK(options.oidc_roles.at("e") == Grants::all());
  CHECK_THAT(option_fault_of({"--oidc-issuer", "https://a.example"}),
             Catch::Matchers::Contains("--oidc-audience"));
  CHECK_THAT(option_fault_of({"--oidc-roles-claim", "groups"}),
             Catch::Matchers::Contains("--oidc-issuer"));
}

TEST_CASE("an option that is a list may be given several times, or as an array in the file") {
  const std::vector<std::string> origins{"https://a.example", "https://b.example"};
  CHECK(options_of({"--cors-origin", origins[0], "--cors-origin", origins[1]})->cors_origins ==
        origins);
  CHECK(options_of({}, {{"DROPZONE_CORS_ORIGIN", origins[0] + "," + origins[1]}})->cors_origins ==
        origins);
  const test::TemporaryFolder folder;
  const auto file = folder.write("dropzone.toml",
                                 "cors-origin = [\"https://a.example\", \"https://b.example\"]\n");
  CHECK(options_of({"--config", file.string()})->cors_origins == origins);
}

TEST_CASE("a file takes texts, numbers and booleans for values, and nothing else") {
  const test::TemporaryFolder folder;
  const auto good = folder.write("good.toml", "max-ids = 7\ncompress = false\n").string();
  const auto options = options_of({"--config", good}).value();
  CHECK(options.api.max_ids == 7);
  CHECK_FALSE(options.server.compress);
  const auto bad = folder.write("bad.toml", "\n\n[max-ids]\nx = 1\n").string();
  CHECK(option_fault_of({"--config", bad}) ==
        bad + ":3: max-ids: write a text, a number, true or false.");
}

TEST_CASE("a file that is missing, is a folder or is not TOML is a fault") {
  const test::TemporaryFolder folder;
  const auto missing = (folder.path() / "missing.toml").string();
  CHECK(option_fault_of({"--config", missing}) ==
        "--config " + missing + ": the file cannot be read (No such file or directory).");
  CHECK_THAT(option_fault_of({"--config", folder.path().string()}),
             Catch::Matchers::Contains("cannot be read"));
  const auto broken = folder.write("broken.toml", "max-ids = 1\nmax-body 3\n").string();
  CHECK_THAT(option_fault_of({"--config", broken}), Catch::Matchers::StartsWith(broken + ":2: "));
}

TEST_CASE("a password is taken from the environment or a file that others cannot read") {
  const config::Environment environment{{"DROPZONE_USER", "ann"}, {"DROPZONE_PASSWORD", "secret"}};
  CHECK(options_of({}, environment)->password == "secret");
  CHECK_THAT(option_fault_of({"--password", "secret"}),
             Catch::Matchers::StartsWith("--password: ") && !Catch::Matchers::Contains("secret"));
  const test::TemporaryFolder folder;
  const auto file = folder.write("dropzone.toml", "user = \"ann\"\npassword = \"secret\"\n");
  std::filesystem::permissions(file, std::filesystem::perms(0640));
  CHECK_THAT(option_fault_of({"--config", file.string()}),
             Catch::Matchers::EndsWith("chmod 600 " + file.string()));
  std::filesystem::permissions(file, std::filesystem::perms(0600));
  CHECK(options_of({"--config", file.string()})->password == "secret");
}

TEST_CASE("a user without a password, a password without a user and impossible names are faults") {
  CHECK_THAT(option_fault_of({"--user", "ann"}), Catch::Matchers::StartsWith("--user: "));
  CHECK_THAT(option_fault_of({}, {{"DROPZONE_PASSWORD", "x"}}),
             Catch::Matchers::StartsWith("DROPZONE_PASSWORD: "));
  for (const auto user : {"a:b", "a\nb"}) {
    CHECK_THAT(option_fault_of({}, {{"DROPZONE_USER", user}, {"DROPZONE_PASSWORD", "x"}}),
               Catch::Matchers::StartsWith("DROPZONE_USER: "));
  }
}

TEST_CASE("help and version are asked for with whatever else stands on the line") {
  CHECK(read_command_line({"--help"})->command == Command::help);
  CHECK(read_command_line({"-h", "--nonsense"})->command == Command::help);
  CHECK(read_command_line({"--store", "memory:", "--version"})->command == Command::version);
  CHECK(read_command_line({"--manual"})->command == Command::manual);
  CHECK(read_command_line({"--print-indexes"})->command == Command::indexes);
  CHECK(read_command_line({})->command == Command::serve);
}

}  // namespace
}  // namespace dropzone::server
