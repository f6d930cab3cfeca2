#include <dropzone/config/option_table.h>

#include <algorithm>
#include <cctype>

#include <dropzone/text/nearest_name.h>

namespace dropzone::config {

const OptionSpec* OptionTable::find(std::string_view name) const {
  const auto found = std::ranges::find(specs_, name, &OptionSpec::name);
  return found == specs_.end() ? nullptr : &*found;
}

std::string_view OptionTable::nearest(std::string_view name) const {
  std::vector<std::string_view> names;
  for (const OptionSpec& spec : specs_) names.push_back(spec.name);
  for (const auto other : {"help", "version"}) names.emplace_back(other);
  return nearest_name(name, names);
}

std::string environment_name(std::string_view option_name) {
  std::string name = "DROPZONE_";
  for (const char c : option_name) {
    name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

}  // namespace dropzone::config
