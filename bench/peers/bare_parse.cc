// A bare parse: RapidJSON's SAX reader over the same bytes, exact numbers, nothing built.
//
//   bare_parse FILE SECONDS   prints megabytes a second
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include <rapidjson/reader.h>

int main(int argc, char** argv) {
  if (argc != 3) return std::cerr << "usage: bare_parse FILE SECONDS\n", 2;
  std::ifstream file(argv[1]);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::chrono::duration<double> wanted(std::stod(argv[2]));

  rapidjson::BaseReaderHandler<> handler;
  rapidjson::Reader reader;
  std::size_t parses = 0;
  const auto start = std::chrono::steady_clock::now();
  std::chrono::duration<double> taken{};
  while ((taken = std::chrono::steady_clock::now() - start) < wanted) {
    for (int i = 0; i < 1'000; ++i, ++parses) {
      rapidjson::StringStream stream(text.c_str());
      if (!reader.Parse<rapidjson::kParseFullPrecisionFlag>(stream, handler)) return 1;
    }
  }
  std::cout << static_cast<double>(parses * text.size()) / 1e6 / taken.count() << '\n';
}
