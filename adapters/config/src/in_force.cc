#include <dropzone/config/in_force.h>

namespace dropzone::config {
namespace {

/// A place is an option, a variable, or a line of a file: see Setting.
std::string_view origin_of(std::string_view where) {
  if (where.starts_with("--")) return "command line";
  return where.find(':') == std::string_view::npos ? "environment" : "file";
}

}  // namespace

void each_in_force(const OptionTable& table, const Settings& settings, const OptionSink& sink) {
  for (const OptionSpec& spec : table.specs()) {
    const auto set = settings.find(spec.name);
    const std::string_view value =
        set == settings.end() ? std::string_view(spec.default_text) : set->second.text;
    sink(spec.name, spec.group, spec.secret ? std::string_view() : value,
         set == settings.end() ? "default" : origin_of(set->second.where));
  }
}

}  // namespace dropzone::config
