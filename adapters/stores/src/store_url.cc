#include <dropzone/stores/store_url.h>

#include <system_error>
#include <utility>

#include <dropzone/text/in_quotes.h>
#include <dropzone/text/nearest_name.h>

namespace dropzone::stores {
namespace {

constexpr std::string_view kForms =
    "Write memory:, sqlite:PATH or datastore:PROJECT[/NAMESPACE][?database=ID].";

Error refuse_url(std::string_view text, std::string_view why) {
  return {ErrorCode::invalid_configuration, in_quotes(text) + std::string(why)};
}

Result<StoreUrl> parse_sqlite(std::string_view text, std::string_view path) {
  if (path.empty()) return refuse_url(text, " names no file. Write sqlite:PATH.");
  if (path.starts_with("//") && !path.starts_with("///")) {
    return refuse_url(text, " would be a file of another host. Write sqlite:PATH, without //.");
  }
  return SqliteStore{path};
}

Result<StoreUrl> parse_datastore(std::string_view text, std::string_view rest) {
  auto store = DatastoreStore::parse(rest);
  if (!store) return refuse_url(text, " " + store.error().detail);
  return StoreUrl(*std::move(store));
}

}  // namespace

Result<StoreUrl> parse_store_url(std::string_view text) {
  const auto colon = text.find(':');
  const auto scheme = text.substr(0, colon);
  const auto rest = colon == text.npos ? std::string_view() : text.substr(colon + 1);
  if (colon != text.npos && scheme == "sqlite") return parse_sqlite(text, rest);
  if (colon != text.npos && scheme == "datastore") return parse_datastore(text, rest);
  if (colon != text.npos && scheme == "memory") {
    if (rest.empty()) return MemoryStore{};
    return refuse_url(text, " has something after memory:, which takes nothing.");
  }
  constexpr std::string_view kSchemes[] = {"memory", "sqlite", "datastore"};
  return refuse_url(text,
                    " is not a store. " + std::string(kForms) + did_you_mean(scheme, kSchemes));
}

std::string to_text(const MemoryStore&) { return "memory:"; }

std::string to_text(const SqliteStore& store) { return "sqlite:" + store.path.string(); }

std::string to_text(const DatastoreStore& store) {
  std::string text = "datastore:" + store.project;
  if (!store.name_space.empty()) text += '/' + store.name_space;
  if (!store.database.empty()) text += "?database=" + store.database;
  return text;
}

std::string to_text(const StoreUrl& url) {
  return std::visit([](const auto& store) { return to_text(store); }, url);
}

Result<SqliteStore> default_store(std::string_view data_home, std::string_view home) {
  namespace fs = std::filesystem;
  fs::path base = data_home;
  if (!base.is_absolute()) {
    if (!fs::path(home).is_absolute()) {
      return Error{ErrorCode::invalid_configuration,
                   "there is no home directory for the default file."};
    }
    base = fs::path(home) / ".local" / "share";
  }
  const fs::path directory = base / "dropzone";
  std::error_code error;
  const bool made = fs::create_directories(directory, error);
  if (made) fs::permissions(directory, fs::perms::owner_all, error);
  if (error) {
    return Error{
        ErrorCode::invalid_configuration,
        "the directory " + directory.string() + " cannot be made (" + error.message() + ")."};
  }
  return SqliteStore{directory / "dropzone.db"};
}

}  // namespace dropzone::stores
