#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dropzone/result.h>

#include "options/option_table.h"
#include "options/option_values.h"
#include "options/options.h"

namespace dropzone::server {

/// Where an option's value goes.
template <typename T>
using Field = T& (*)(Options&);

/// Writes the table; each method adds one option under the heading last set.
class TableBuilder {
 public:
  void heading(std::string_view group) { group_ = group; }

  void text(std::string_view name, std::string_view value, Field<std::string> field,
            std::string_view help, std::string default_text = {}) {
    add(name, value, help, std::move(default_text),
        [field](Options& options, std::string_view text) {
          field(options) = text;
          return Result<void>();
        });
  }

  void path(std::string_view name, std::string_view value, Field<std::filesystem::path> field,
            std::string_view help, std::string default_text = {}) {
    add(name, value, help, std::move(default_text),
        [field](Options& options, std::string_view text) {
          field(options) = text;
          return Result<void>();
        });
  }

  void address(std::string_view name, Field<std::string> field, std::string_view help) {
    add(name, "HOST:PORT", help, default_of(field),
        [field](Options& options, std::string_view text) {
          return assign(field(options), parse_address(text));
        });
  }

  void list(std::string_view name, std::string_view value, Field<std::vector<std::string>> field,
            std::string_view help) {
    add(name, value, help, {}, [field](Options& options, std::string_view text) {
      field(options) = parse_list(text);
      return Result<void>();
    });
    specs_.back().list = true;
  }

  void ranges(std::string_view name, Field<std::vector<http::AddressRange>> field,
              std::string_view help) {
    add(name, "CIDR", help, {}, [field](Options& options, std::string_view text) -> Result<void> {
      field(options).clear();
      for (const std::string& word : parse_list(text)) {
        auto range = http::AddressRange::parse(word);
        if (!range) return std::move(range).error();
        field(options).push_back(*std::move(range));
      }
      return {};
    });
    specs_.back().list = true;
  }

  void role_names(std::string_view name, Field<auth::RoleNames> field, std::string_view help) {
    add(name, "WORD=ROLE", help, {}, [field](Options& options, std::string_view text) {
      return assign(field(options), auth::parse_role_names(parse_list(text)));
    });
    specs_.back().list = true;
  }

  void rate(std::string_view name, Field<http::RateLimit> field, std::string_view help) {
    add(name, "RATE", help, {}, [field](Options& options, std::string_view text) {
      return assign(field(options), http::RateLimit::parse(text));
    });
  }

  void count(std::string_view name, Field<std::size_t> field, std::string_view help,
             CountRange range = {}) {
    add(name, "N", help, show_count(default_of(field)),
        [field, range](Options& options, std::string_view text) {
          return assign(field(options), parse_count(text, range));
        });
  }

  void size(std::string_view name, Field<std::size_t> field, std::string_view help,
            CountRange range) {
    add(name, "SIZE", help, show_size(default_of(field)),
        [field, range](Options& options, std::string_view text) {
          return assign(field(options), parse_size(text, range));
        });
  }

  void duration(std::string_view name, Field<std::chrono::milliseconds> field,
                std::string_view help, DurationRange range = {}) {
    add(name, "TIME", help, show_duration(default_of(field)),
        [field, range](Options& options, std::string_view text) {
          return assign(field(options), parse_duration(text, range));
        });
  }

  void on_off(std::string_view name, Field<bool> field, std::string_view help) {
    add(name, "on|off", help, show_switch(default_of(field)),
        [field](Options& options, std::string_view text) {
          return assign(field(options), parse_switch(text));
        });
  }

  template <typename Enumeration>
  void choice(std::string_view name, std::string_view value, Field<Enumeration> field,
              std::vector<std::string_view> words, std::string_view help) {
    std::string default_word(words[static_cast<std::size_t>(default_of(field))]);
    add(name, value, help, std::move(default_word),
        [field, words = std::move(words)](Options& options, std::string_view text) -> Result<void> {
          const auto choice = parse_choice(text, words);
          if (!choice) return choice.error();
          field(options) = static_cast<Enumeration>(*choice);
          return {};
        });
  }

  void secret() { specs_.back().secret = true; }

  [[nodiscard]] std::vector<OptionSpec> take() && { return std::move(specs_); }

 private:
  using Setter = std::function<Result<void>(Options&, std::string_view)>;

  void add(std::string_view name, std::string_view value, std::string_view help,
           std::string default_text, Setter set) {
    specs_.push_back({.name = name,
                      .value = value,
                      .group = group_,
                      .help = help,
                      .set = std::move(set),
                      .default_text = std::move(default_text)});
  }

  template <typename T>
  static T default_of(Field<T> field) {
    Options options;
    return field(options);
  }

  template <typename T>
  static Result<void> assign(T& field, Result<T> value) {
    if (!value) return std::move(value).error();
    field = *std::move(value);
    return {};
  }

  std::string_view group_;
  std::vector<OptionSpec> specs_;
};

}  // namespace dropzone::server
