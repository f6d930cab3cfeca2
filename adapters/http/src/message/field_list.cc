#include "message/field_list.h"

namespace dropzone::http {

int weight_of(std::string_view parameters) noexcept {
  while (!parameters.empty()) {
    const auto parameter = next_piece(parameters, ';');
    if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
    const auto text = parameter.substr(2);
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return -1;
    if (text.size() > 1 && text[1] != '.') return -1;
    int weight = (text[0] - '0') * 1000;
    int unit = 100;
    for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
      if (c < '0' || c > '9') return -1;
      weight += (c - '0') * unit;
      unit /= 10;
    }
    return weight <= 1000 ? weight : -1;
  }
  return 1000;
}

}  // namespace dropzone::http
