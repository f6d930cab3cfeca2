#include <dropzone/files/kind_files.h>

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <dropzone/files/read_file.h>
#include <dropzone/json/decode_value.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/text/one_line.h>
#include <dropzone/value/limits.h>

namespace dropzone::files {
namespace {

namespace fs = std::filesystem;

Result<std::vector<fs::path>> list_kind_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".json") files.push_back(entry->path());
  }
  if (error) {
    return Error{ErrorCode::not_found, folder.string() + ": the folder cannot be read (" +
                                           error.message() + "). Name one with kind files in it."};
  }
  std::ranges::sort(files);
  return files;
}

/// A fault in a kind file, with its pointer if it has one.
Error fault_in(const fs::path& file, const Error& error) {
  const std::string pointer = error.pointer.empty() ? "" : "at " + error.pointer + ": ";
  return {ErrorCode::invalid_configuration,
          one_line(file.string() + ": " + pointer + error.detail)};
}

Error fault_in(const fs::path& file, std::string detail) {
  return fault_in(file, Error{ErrorCode::invalid_configuration, std::move(detail)});
}

Result<Kind> load_kind(const fs::path& file, const StepRegistry& steps) {
  const auto text = read_file(file);
  if (!text) return fault_in(file, text.error());
  if (text->size() > kMaxDeployedDefinitionBytes) {
    return fault_in(file, "the file has more than " + std::to_string(kMaxDeployedDefinitionBytes) +
                              " bytes. A kind's definition must be smaller.");
  }
  const auto definition = json::decode_definition(*text);
  if (!definition) return fault_in(file, definition.error());
  auto kind = Kind::parse(*definition, steps);
  if (!kind) return fault_in(file, kind.error());
  if (kind->name() != file.stem()) {
    return fault_in(file, "at /name: the kind's name is " + in_quotes(kind->name()) +
                              ", the file's is not. Make them the same.");
  }
  return kind;
}

struct KindFolder {
  std::vector<Kind> kinds;
  std::vector<Error> faults;
};

KindFolder read_folder(const fs::path& folder, const StepRegistry& steps) {
  KindFolder read;
  const auto files = list_kind_files(folder);
  if (!files) {
    read.faults.push_back(files.error());
    return read;
  }
  for (const fs::path& file : *files) {
    auto kind = load_kind(file, steps);
    if (kind) {
      read.kinds.push_back(*std::move(kind));
    } else {
      read.faults.push_back(std::move(kind).error());
    }
  }
  return read;
}

Result<KindCatalog> catalog_of(std::vector<Kind> kinds, const std::string& where,
                               std::string_view default_kind) {
  if (kinds.empty()) {
    return Error{ErrorCode::not_found,
                 where + ": there is no kind file in this folder. It needs one at least, such as " +
                     std::string(default_kind) + ".json."};
  }
  auto catalog = KindCatalog::of(std::move(kinds));
  if (!catalog) return fault_in(where, catalog.error());
  if (const auto found = catalog->find(default_kind); !found) {
    return Error{ErrorCode::unknown_kind,
                 where + ": there is no " + std::string(default_kind) + ".json, the default kind."};
  }
  return catalog;
}

}  // namespace

fs::path installed_kinds() {
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  return executable.parent_path().parent_path() / "share" / "dropzone" / "kinds";
}

Result<KindCatalog> load_kinds(const fs::path& folder, std::string_view default_kind,
                               const StepRegistry& steps) {
  KindFolder read = read_folder(folder, steps);
  if (!read.faults.empty()) return std::move(read.faults.front());
  return catalog_of(std::move(read.kinds), folder.string(), default_kind);
}

std::vector<Error> find_kind_faults(const fs::path& folder, std::string_view default_kind,
                                    const StepRegistry& steps) {
  KindFolder read = read_folder(folder, steps);
  // What is missing may be in a faulty file.
  if (!read.faults.empty()) return std::move(read.faults);
  auto catalog = catalog_of(std::move(read.kinds), folder.string(), default_kind);
  if (catalog) return {};
  return {std::move(catalog).error()};
}

}  // namespace dropzone::files
