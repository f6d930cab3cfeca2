#include "framing_cases.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace dropzone::http::testing {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

char unescape_one(std::string_view& rest) {
  const char kind = rest.at(1);
  rest.remove_prefix(2);
  switch (kind) {
    case 'r': return '\r';
    case 'n': return '\n';
    case 't': return '\t';
    case '0': return '\0';
    case '\\': return '\\';
    case 'x': {
      const auto byte = std::stoi(std::string(rest.substr(0, 2)), nullptr, 16);
      rest.remove_prefix(2);
      return static_cast<char>(byte);
    }
    default: throw std::runtime_error(std::string("unknown escape \\") + kind);
  }
}

std::string unescape(std::string_view rest) {
  std::string bytes;
  while (!rest.empty()) {
    if (rest.front() == '\\') {
      bytes.push_back(unescape_one(rest));
    } else if (rest.front() == '<') {
      const auto star = rest.find('*');
      const auto end = rest.find('>');
      const auto times = std::stoul(std::string(rest.substr(1, star - 1)));
      const auto piece = unescape(rest.substr(star + 1, end - star - 1));
      for (unsigned long i = 0; i < times; ++i) bytes += piece;
      rest.remove_prefix(end + 1);
    } else {
      bytes.push_back(rest.front());
      rest.remove_prefix(1);
    }
  }
  return bytes;
}

void parse_expectation(const std::string& text, FramingCase& into) {
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (word == "open" || word == "close") {
      into.stays_open = word == "open";
      return;
    }
    into.statuses.push_back(std::stoi(word));
  }
  throw std::runtime_error("expect: says neither open nor close: " + text);
}

// Text that a table's cell shows as it is.
std::string cell(const std::string& text) {
  std::string out = "`";
  for (const char c : text) {
    if (c == '|') out.push_back('\\');
    out.push_back(c);
  }
  return out + "`";
}

}  // namespace

std::vector<FramingCase> load_framing_cases() {
  std::ifstream file(DROPZONE_SOURCE_DIR "/tests/http/server/framing_cases.txt");
  std::vector<FramingCase> cases;
  std::string section;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    if (line.starts_with("== ")) {
      section = line.substr(3);
      continue;
    }
    const auto colon = line.find(':');
    const auto key = line.substr(0, colon);
    const std::string value(trim(std::string_view(line).substr(colon + 1)));
    if (key == "case") cases.push_back({section, value, {}, {}, {}, false, {}, {}});
    auto& last = cases.at(cases.size() - 1);
    if (key == "send") {
      last.text = value;
      last.bytes = unescape(value);
    } else if (key == "expect") {
      parse_expectation(value, last);
    } else if (key == "body") {
      if (!last.bodies) last.bodies.emplace();
      last.bodies->push_back(unescape(value));
    } else if (key == "why") {
      last.why = value;
    } else if (key != "case") {
      throw std::runtime_error("unknown key in framing_cases.txt: " + line);
    }
  }
  if (cases.empty()) throw std::runtime_error("framing_cases.txt has no cases");
  return cases;
}

std::string conformance_table(const std::vector<FramingCase>& cases) {
  std::string out =
      "# How the server handles HTTP requests\n\n"
      "The tests send every row to a running server, and to its framer cut in two at every byte.\n"
      "They fail if a response differs. The rows come from `tests/http/server/framing_cases.txt`:\n"
      "edit them there. `<N*TEXT>` stands for N repetitions of TEXT. Names in brackets are the\n"
      "names of attacks in the literature on request smuggling.\n\n"
      "If a handler refuses a request because of its headers, the response is sent before the\n"
      "body is read, and no `100 Continue` is sent. A short rest of the body is then read and\n"
      "discarded; a long one closes the connection (RFC 9110, 10.1.1; RFC 9112, 9.6).\n\n"
      "If the connection stays open, the response says for how long: `Keep-Alive: timeout=60`,\n"
      "which is `--idle-timeout` in seconds. Node.js and other clients respect it, and do not\n"
      "reuse a connection that the server is about to close.\n";
  std::string section;
  for (const auto& each : cases) {
    if (each.section != section) {
      section = each.section;
      out += "\n## " + section +
             "\n\n| Case | Request | Response | Reason |\n| --- | --- | --- | --- |\n";
    }
    out += "| " + each.name + " | " + cell(each.text) + " |";
    for (const int status : each.statuses) out += " " + std::to_string(status);
    out += each.stays_open ? ", stays open | " : ", closes | ";
    out += each.why + " |\n";
  }
  return out;
}

}  // namespace dropzone::http::testing
