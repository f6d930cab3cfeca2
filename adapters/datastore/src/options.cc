#include <dropzone/datastore/options.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace dropzone::datastore {
namespace {

// The emulator's messages end at 4 MiB; JSON is a little larger than what it is turned into.
constexpr std::size_t kEmulatorCommitBytes = 7u << 19;
constexpr std::string_view kLowerAndDigits = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t kLongestName = 100;

Error refuse(std::string why) { return {ErrorCode::invalid_configuration, std::move(why)}; }

bool consists_of(std::string_view text, const std::string& characters) {
  return text.size() <= kLongestName && text.find_first_not_of(characters) == text.npos;
}

}  // namespace

std::optional<std::string> process_environment(const char* name) {
  const char* const value = std::getenv(name);
  return value && *value ? std::optional<std::string>(value) : std::nullopt;
}

Result<StoreName> StoreName::parse(std::string_view text) {
  StoreName name;
  const auto question = std::min(text.find('?'), text.size());
  const auto slash = std::min(text.substr(0, question).find('/'), question);
  name.project = text.substr(0, slash);
  if (slash < question) name.name_space = text.substr(slash + 1, question - slash - 1);
  if (question < text.size()) {
    constexpr std::string_view kDatabase = "database=";
    const auto parameter = text.substr(question + 1);
    if (!parameter.starts_with(kDatabase)) {
      return refuse("has an unknown parameter after its ?. There is only database=ID.");
    }
    name.database = parameter.substr(kDatabase.size());
    if (name.database == "(default)") name.database.clear();
  }

  const std::string lower(kLowerAndDigits);
  if (name.project.empty() || !consists_of(name.project, lower + "-.:")) {
    return refuse("has no project id (lower-case letters, digits and -) after datastore:.");
  }
  if (!consists_of(name.name_space, lower + "ABCDEFGHIJKLMNOPQRSTUVWXYZ._-")) {
    return refuse("has no namespace (up to 100 letters, digits, ., _ and -) after its /.");
  }
  if (!consists_of(name.database, lower + "-")) {
    return refuse("has no database id (lower-case letters, digits and -) after database=.");
  }
  return name;
}

Result<DatastoreOptions> DatastoreOptions::parse(std::string_view text, Environment environment) {
  auto name = StoreName::parse(text);
  if (!name) return refuse("\"datastore:" + std::string(text) + "\" " + name.error().detail);
  return of(*std::move(name), std::move(environment));
}

DatastoreOptions DatastoreOptions::of(StoreName name, Environment environment) {
  DatastoreOptions options;
  options.project = std::move(name.project);
  options.name_space = std::move(name.name_space);
  options.database = std::move(name.database);
  options.environment = std::move(environment);
  if (const auto host = options.environment("DATASTORE_EMULATOR_HOST"); host && !host->empty()) {
    options.endpoint = host->find("://") == host->npos ? "http://" + *host : *host;
    while (options.endpoint.ends_with('/')) options.endpoint.pop_back();
    options.emulator = true;
    options.commit_bytes = kEmulatorCommitBytes;
  }
  return options;
}

}  // namespace dropzone::datastore
