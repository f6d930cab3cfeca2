#include <dropzone/datastore/options.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace dropzone::datastore {
namespace {

// The emulator's messages end at 4 MiB; JSON is a little larger than what it is turned into.
constexpr std::size_t kEmulatorCommitBytes = 7u << 19;
constexpr std::size_t kMaxNamespaceLength = 100;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

bool is_name(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_name_character);
}

Error malformed(std::string_view what, std::string_view text) {
  return {ErrorCode::invalid_configuration,
          "The store \"datastore:" + std::string(text) + "\" has no valid " + std::string(what) +
              "; it is written datastore:PROJECT[/NAMESPACE][?database=ID]."};
}

// Projects of a domain have its name and a colon before theirs: "example.com:project".
bool is_project(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view id = colon == text.npos ? text : text.substr(colon + 1);
  return !id.empty() && is_name(id) && (colon == text.npos || is_name(text.substr(0, colon)));
}

}  // namespace

std::optional<std::string> process_environment(const char* name) {
  const char* const value = std::getenv(name);
  return value && *value ? std::optional<std::string>(value) : std::nullopt;
}

Result<DatastoreOptions> DatastoreOptions::parse(std::string_view text, Environment environment) {
  DatastoreOptions options;
  std::string_view rest = text;
  if (const std::size_t mark = rest.find('?'); mark != rest.npos) {
    constexpr std::string_view kDatabase = "database=";
    const std::string_view query = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
    if (!query.starts_with(kDatabase)) return malformed("query; only database=ID is known", text);
    const std::string_view database = query.substr(kDatabase.size());
    if (database.empty() || !is_name(database)) return malformed("database", text);
    if (database != "(default)") options.database = database;
  }
  if (const std::size_t slash = rest.find('/'); slash != rest.npos) {
    options.name_space = rest.substr(slash + 1);
    rest = rest.substr(0, slash);
    if (options.name_space.empty() || options.name_space.size() > kMaxNamespaceLength ||
        !is_name(options.name_space)) {
      return malformed("namespace", text);
    }
  }
  if (!is_project(rest)) return malformed("project", text);
  options.project = rest;

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
