#include <dropzone/config/config_file.h>

#include <sys/stat.h>

#include <optional>
#include <string>

#include <toml++/toml.h>

#include <dropzone/files/read_file.h>

namespace dropzone::config {
namespace {

std::string place(const std::filesystem::path& path, const toml::source_region& source) {
  return path.string() + ":" + std::to_string(source.begin.line);
}

std::optional<std::string> scalar_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  if (const auto* boolean = node.as_boolean()) return boolean->get() ? "on" : "off";
  return std::nullopt;
}

std::optional<std::string> list_text(const toml::array& array) {
  std::string text;
  for (const toml::node& element : array) {
    const auto word = scalar_text(element);
    if (!word) return std::nullopt;
    text.append(text.empty() ? "" : ",").append(*word);
  }
  return text;
}

std::optional<std::string> option_text(const OptionSpec& spec, const toml::node& node) {
  if (spec.list && node.is_array()) return list_text(*node.as_array());
  return scalar_text(node);
}

/// Others who can read the file could read a secret in it.
bool is_private(const std::filesystem::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

Result<Settings> settings_of(const OptionTable& table, const toml::table& file,
                             const std::filesystem::path& path) {
  Settings settings;
  for (const auto& [key, node] : file) {
    const std::string name(key.str());
    const std::string where = place(path, node.source()) + ": " + name;
    const OptionSpec* const spec = table.find(name);
    if (spec == nullptr) {
      const auto nearest = std::string(table.nearest(name));
      return fault(where, "there is no such option." +
                              (nearest.empty() ? nearest : " Did you mean " + nearest + "?"));
    }
    if (name == "config") return fault(where, "a file of options cannot name another.");
    if (spec->secret && !is_private(path)) {
      return fault(where, "others can read this file. Run: chmod 600 " + path.string());
    }
    const auto text = option_text(*spec, node);
    if (!text) return fault(where, "write a text, a number, true or false.");
    settings[name] = {*text, where};
  }
  return settings;
}

}  // namespace

Result<Settings> read_config_file(const OptionTable& table, const std::filesystem::path& path) {
  const auto text = files::read_file(path);
  if (!text) return fault("--config " + path.string(), text.error().detail);
  try {
    return settings_of(table, toml::parse(*text, path.string()), path);
  } catch (const toml::parse_error& error) {
    return fault(place(path, error.source()), error.description());
  }
}

}  // namespace dropzone::config
