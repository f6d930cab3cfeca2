#include <dropzone/config/argument_reader.h>

#include <algorithm>
#include <utility>

#include <CLI/CLI.hpp>

namespace dropzone::config {

class ArgumentReader::Parser : public CLI::App {};

ArgumentReader::ArgumentReader() : parser_(std::make_unique<Parser>()) {
  parser_->set_help_flag();
  parser_->allow_extras();
}

ArgumentReader::~ArgumentReader() = default;

void ArgumentReader::positional(std::string_view name, std::string& value) {
  parser_->add_option(std::string(name), value);
}

void ArgumentReader::option(std::string_view name, std::string& value) {
  parser_->add_option(std::string(name), value);
}

void ArgumentReader::repeated_option(std::string_view name, std::vector<std::string>& values) {
  parser_->add_option(std::string(name), values)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void ArgumentReader::flag(std::string_view names, bool& set) {
  parser_->add_flag(std::string(names), set);
}

Result<std::vector<std::string>> ArgumentReader::read(std::vector<std::string> arguments) {
  try {
    std::ranges::reverse(arguments);  // CLI11 takes them off the end.
    parser_->parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return Error{ErrorCode::invalid_configuration, error.what()};
  }
  return parser_->remaining();
}

}  // namespace dropzone::config
