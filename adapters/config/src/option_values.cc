#include <dropzone/config/option_values.h>

#include <charconv>
#include <cstdint>
#include <optional>

#include <dropzone/config/setting.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/text/nearest_name.h>
#include <dropzone/text/trimmed.h>

namespace dropzone::config {
namespace {

Error refuse(std::string_view text, std::string_view why) {
  return {ErrorCode::invalid_configuration, in_quotes(text) + std::string(why)};
}

struct Unit {
  std::string_view name;
  std::size_t factor;
};

// The largest first: that is the order in which show() tries them.
constexpr Unit kSizeUnits[] = {
    {"GiB", std::size_t{1} << 30}, {"MiB", std::size_t{1} << 20}, {"KiB", 1024}, {"B", 1}};
constexpr Unit kDurationUnits[] = {
    {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}};

struct Quantity {
  std::size_t number;
  std::string_view unit;
};

std::optional<Quantity> split_quantity(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  return Quantity{number, text.substr(static_cast<std::size_t>(end - text.data()))};
}

template <std::size_t N>
std::optional<std::size_t> factor_of(std::string_view name, const Unit (&units)[N]) {
  for (const Unit& unit : units) {
    if (unit.name == name) return unit.factor;
  }
  return std::nullopt;
}

template <std::size_t N>
std::string show_in_units(std::size_t amount, const Unit (&units)[N]) {
  for (const Unit& unit : units) {
    if (amount >= unit.factor && amount % unit.factor == 0) {
      return std::to_string(amount / unit.factor) + std::string(unit.name);
    }
  }
  return std::to_string(amount) + std::string(units[N - 1].name);
}

std::optional<std::size_t> product(std::size_t a, std::size_t b) {
  std::size_t result = 0;
  if (__builtin_mul_overflow(a, b, &result)) return std::nullopt;
  return result;
}

template <typename Show>
std::string range_text(std::size_t least, std::size_t most, Show show) {
  if (most == std::numeric_limits<std::size_t>::max()) return show(least) + " or more";
  return show(least) + " to " + show(most);
}

}  // namespace

Result<std::size_t> parse_count(std::string_view text, CountRange range) {
  const auto quantity = split_quantity(text);
  if (!quantity || !quantity->unit.empty()) return refuse(text, " is not a whole number.");
  if (quantity->number < range.least || quantity->number > range.most) {
    return refuse(
        text, " is out of range. Write " + range_text(range.least, range.most, show_count) + ".");
  }
  return quantity->number;
}

std::string show_count(std::size_t count) { return std::to_string(count); }

Result<std::size_t> parse_size(std::string_view text, CountRange range) {
  const auto quantity = split_quantity(text);
  if (!quantity) return refuse(text, " is not a size. Write one such as 32MiB or 65536.");
  const auto factor = quantity->unit.empty() ? std::optional<std::size_t>(1)
                                             : factor_of(quantity->unit, kSizeUnits);
  if (!factor) {
    return refuse(text, " has an unknown unit. Write B, KiB, MiB or GiB, such as 32MiB.");
  }
  const auto bytes = product(quantity->number, *factor);
  if (!bytes || *bytes < range.least || *bytes > range.most) {
    return refuse(
        text, " is out of range. Write " + range_text(range.least, range.most, show_size) + ".");
  }
  return *bytes;
}

std::string show_size(std::size_t bytes) { return show_in_units(bytes, kSizeUnits); }

Result<std::chrono::milliseconds> parse_duration(std::string_view text, DurationRange range) {
  const auto quantity = split_quantity(text);
  if (!quantity) return refuse(text, " is not a time. Write one such as 10s or 500ms.");
  const auto factor = factor_of(quantity->unit, kDurationUnits);
  if (!factor && quantity->number != 0) {
    return refuse(text, " has no known unit. Write ms, s, m, h or d, such as 10s.");
  }
  const auto least = static_cast<std::size_t>(range.least.count());
  const auto most = static_cast<std::size_t>(range.most.count());
  const auto amount = product(quantity->number, factor.value_or(1));
  if (!amount || *amount < least || *amount > most) {
    return refuse(text, " is out of range. Write " + show_duration(range.least) + " to " +
                            show_duration(range.most) + ".");
  }
  return std::chrono::milliseconds(*amount);
}

std::string show_duration(std::chrono::milliseconds duration) {
  if (duration.count() == 0) return "0s";
  return show_in_units(static_cast<std::size_t>(duration.count()), kDurationUnits);
}

Result<bool> parse_switch(std::string_view text) {
  if (text == "on" || text == "true") return true;
  if (text == "off" || text == "false") return false;
  return refuse(text, " is neither on nor off.");
}

std::string show_switch(bool on) { return on ? "on" : "off"; }

Result<std::size_t> parse_choice(std::string_view text,
                                 const std::vector<std::string_view>& words) {
  std::string all;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == text) return i;
    if (i > 0) all += i + 1 == words.size() ? " or " : ", ";
    all += words[i];
  }
  return refuse(text, " is unknown. Write " + all + "." + did_you_mean(text, words));
}

Result<std::size_t> parse_port(std::string_view text) {
  auto port = parse_count(text, {.least = 0, .most = 65'535});
  if (!port) return refuse(text, " is not a port. Write a number from 0 to 65535.");
  return port;
}

Result<std::string> parse_address(std::string_view text) {
  constexpr std::string_view kHint = " is not an address. Write HOST:PORT, such as 127.0.0.1:8080.";
  const auto colon = text.rfind(':');
  if (colon == text.npos || colon == 0) return refuse(text, kHint);
  const auto host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (host.find(':') != host.npos && !bracketed) {
    return refuse(text,
                  " is not an address. Write an IPv6 address in brackets, such as [::1]:8080.");
  }
  const auto port = text.substr(colon + 1);
  if (!parse_port(port)) {
    return refuse(text, " has no port from 0 to 65535 after its last colon.");
  }
  return std::string(text);
}

std::vector<std::string> parse_list(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    const auto word = trimmed(text.substr(0, comma), " ");
    if (!word.empty()) words.emplace_back(word);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return words;
}

}  // namespace dropzone::config
