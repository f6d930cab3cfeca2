#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dropzone/config/option_table.h>
#include <dropzone/config/option_values.h>
#include <dropzone/config/setting.h>
#include <dropzone/result.h>

namespace dropzone::config {

/// A table whose options are members of a struct `Options`, which is made with their defaults.
template <typename Options>
class OptionTableOf : public OptionTable {
 public:
  using Setter = std::function<Result<void>(Options&, std::string_view text)>;

  OptionTableOf(std::vector<OptionSpec> specs, std::map<std::string_view, Setter> setters)
      : OptionTable(std::move(specs)), setters_(std::move(setters)) {}

  /// Sets the option of this name, which the table must have. An error's detail says what is wrong
  /// with the text.
  Result<void> set(Options& options, std::string_view name, std::string_view text) const {
    return setters_.at(name)(options, text);
  }

  /// The defaults with these settings, whose names the table must have. An error names the place of
  /// the setting.
  Result<Options> apply(const Settings& settings) const {
    Options options;
    for (const auto& [name, setting] : settings) {
      const auto done = set(options, name, setting.text);
      if (!done) return fault(setting.where, done.error().detail);
    }
    return options;
  }

 private:
  std::map<std::string_view, Setter> setters_;
};

/// Writes such a table; each method adds one option under the heading last set. A field returns the
/// member that the option sets; help and names must outlive the table.
template <typename Options>
class TableBuilder {
 public:
  template <typename T>
  using Field = T& (*)(Options&);

  void heading(std::string_view group) { group_ = group; }

  void text(std::string_view name, std::string_view value, Field<std::string> field,
            std::string_view help, std::string default_text = {}) {
    parsed<std::string>(name, value, field, &as_text<std::string>, help, std::move(default_text));
  }

  void path(std::string_view name, std::string_view value, Field<std::filesystem::path> field,
            std::string_view help, std::string default_text = {}) {
    parsed<std::filesystem::path>(name, value, field, &as_text<std::filesystem::path>, help,
                                  std::move(default_text));
  }

  void address(std::string_view name, Field<std::string> field, std::string_view help) {
    parsed<std::string>(name, "HOST:PORT", field, &parse_address, help, default_of(field));
  }

  /// An option that may be given several times, whose words are between commas.
  void list(std::string_view name, std::string_view value, Field<std::vector<std::string>> field,
            std::string_view help) {
    list_of<std::vector<std::string>>(name, value, field, &as_list, help);
  }

  void count(std::string_view name, Field<std::size_t> field, std::string_view help,
             CountRange range = {}) {
    parsed<std::size_t>(
        name, "N", field, [range](std::string_view text) { return parse_count(text, range); }, help,
        show_count(default_of(field)));
  }

  void size(std::string_view name, Field<std::size_t> field, std::string_view help,
            CountRange range) {
    parsed<std::size_t>(
        name, "SIZE", field, [range](std::string_view text) { return parse_size(text, range); },
        help, show_size(default_of(field)));
  }

  void duration(std::string_view name, Field<std::chrono::milliseconds> field,
                std::string_view help, DurationRange range = {}) {
    parsed<std::chrono::milliseconds>(
        name, "TIME", field, [range](std::string_view text) { return parse_duration(text, range); },
        help, show_duration(default_of(field)));
  }

  void on_off(std::string_view name, Field<bool> field, std::string_view help) {
    parsed<bool>(name, "on|off", field, &parse_switch, help, show_switch(default_of(field)));
  }

  /// One word for each enumerator, from 0.
  template <typename Enumeration>
  void choice(std::string_view name, std::string_view value, Field<Enumeration> field,
              std::vector<std::string_view> words, std::string_view help) {
    std::string default_word(words[static_cast<std::size_t>(default_of(field))]);
    const auto parse = [words = std::move(words)](std::string_view text) -> Result<Enumeration> {
      const auto choice = parse_choice(text, words);
      if (!choice) return choice.error();
      return static_cast<Enumeration>(*choice);
    };
    parsed<Enumeration>(name, value, field, parse, help, std::move(default_word));
  }

  /// A value of another type. An error of `parse` says what is wrong with the text.
  template <typename T>
  void parsed(std::string_view name, std::string_view value, Field<T> field,
              std::function<Result<T>(std::string_view)> parse, std::string_view help,
              std::string default_text = {}) {
    specs_.push_back({.name = name,
                      .value = value,
                      .group = group_,
                      .help = help,
                      .default_text = std::move(default_text)});
    setters_[name] = [field, parse = std::move(parse)](Options& options,
                                                       std::string_view text) -> Result<void> {
      auto read = parse(text);
      if (!read) return std::move(read).error();
      field(options) = *std::move(read);
      return {};
    };
  }

  /// The same for an option that may be given several times: the texts are joined by commas.
  template <typename T>
  void list_of(std::string_view name, std::string_view value, Field<T> field,
               std::function<Result<T>(std::string_view)> parse, std::string_view help) {
    parsed<T>(name, value, field, std::move(parse), help);
    specs_.back().list = true;
  }

  /// The option added last is a secret.
  void secret() { specs_.back().secret = true; }

  [[nodiscard]] OptionTableOf<Options> build() && {
    return {std::move(specs_), std::move(setters_)};
  }

 private:
  template <typename T>
  static Result<T> as_text(std::string_view text) {
    return T(text);
  }
  static Result<std::vector<std::string>> as_list(std::string_view text) {
    return parse_list(text);
  }

  template <typename T>
  static T default_of(Field<T> field) {
    Options options;
    return field(options);
  }

  std::string_view group_;
  std::vector<OptionSpec> specs_;
  std::map<std::string_view, typename OptionTableOf<Options>::Setter> setters_;
};

}  // namespace dropzone::config
