#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include <dropzone/config/argument_reader.h>

namespace dropzone::config {
namespace {

using Words = std::vector<std::string>;

TEST_CASE("arguments are read into variables, and what nothing takes is returned in its order") {
  std::string action = "none";
  std::string name = "nobody";
  std::string file;
  Words tags;
  bool secrets = false;
  ArgumentReader reader;
  reader.positional("action", action);
  reader.positional("name", name);
  reader.option("--users", file);
  reader.repeated_option("--tag", tags);
  reader.flag("-s,--secrets", secrets);
  const auto rest = reader.read(
      {"add", "--other=1", "--users=a", "--tag", "x", "--tag=y", "-s", "ann", "--last", "--tag"});
  CHECK_FALSE(rest.has_value());

  const auto whole = reader.read({"add", "--other=1", "--users=a", "--tag", "x", "-s", "--tag=y"});
  CHECK(whole.value() == Words{"--other=1"});
  CHECK(action == "add");
  CHECK(name == "nobody");
  CHECK(file == "a");
  CHECK(tags == Words{"x", "y"});
  CHECK(secrets);
}

TEST_CASE("an option without its value, or given twice, is an error") {
  const auto read = [](Words arguments) {
    std::string file;
    ArgumentReader reader;
    reader.option("--users", file);
    return reader.read(std::move(arguments)).has_value();
  };
  CHECK(read({"--users", "a"}));
  CHECK_FALSE(read({"--users"}));
  CHECK_FALSE(read({"--users", "a", "--users", "b"}));
}

}  // namespace
}  // namespace dropzone::config
