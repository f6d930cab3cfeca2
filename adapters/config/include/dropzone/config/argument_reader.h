#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/result.h>

namespace dropzone::config {

/// Reads the arguments of one command into variables, which must outlive it:
///
///     ArgumentReader reader;
///     reader.positional("name", name);
///     reader.option("--users", file);
///     reader.flag("-h,--help", help);
///     const auto rest = reader.read(arguments);
///
/// Not thread-safe.
class ArgumentReader {
 public:
  ArgumentReader();
  ~ArgumentReader();
  ArgumentReader(const ArgumentReader&) = delete;
  ArgumentReader& operator=(const ArgumentReader&) = delete;

  /// The next argument that belongs to no option.
  void positional(std::string_view name, std::string& value);

  /// `--name VALUE` or `--name=VALUE`. Given twice, it is an error.
  void option(std::string_view name, std::string& value);

  /// `--name VALUE` any number of times.
  void repeated_option(std::string_view name, std::vector<std::string>& values);

  /// Set if one of these names, between commas, is given.
  void flag(std::string_view names, bool& set);

  /// Writes the variables; those of absent arguments keep their values. Returns the arguments that
  /// no declaration takes, in order. The error's detail says what is wrong, as half a sentence.
  Result<std::vector<std::string>> read(std::vector<std::string> arguments);

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace dropzone::config
