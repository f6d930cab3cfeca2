#include <dropzone/process/progress_line.h>

#include <sstream>

#include <catch2/catch.hpp>

namespace dropzone::process {
namespace {

TEST_CASE("progress is a bar on a terminal, and lines elsewhere") {
  std::ostringstream out;
  const bool terminal = GENERATE(true, false);
  ProgressLine line(out, terminal);
  line.begin("copying records", 8);
  line.at(2);
  line.at(4);
  line.end();
  if (terminal) {
    CHECK_THAT(out.str(), Catch::StartsWith("\r\x1b[Kcopying records [--------------------] 0 %"));
    CHECK_THAT(out.str(), Catch::Contains("\r\x1b[Kcopying records [##########----------] 50 %"));
    CHECK(out.str().back() == '\n');
  } else {
    CHECK(out.str() == "copying records: 4 of 8 (50 %)\n");
  }
}

TEST_CASE("progress does not pass its end if there is more than was counted") {
  std::ostringstream out;
  ProgressLine line(out, false);
  line.begin("copying records", 2);
  line.at(3);
  line.end();
  line.begin("copying nothing", 0);
  line.end();
  CHECK(out.str() == "copying records: 3 of 3 (100 %)\ncopying nothing: 0 of 0 (100 %)\n");
}

TEST_CASE("work that counts begins its line by itself, and ends it when all is done") {
  std::ostringstream out;
  ProgressLine line(out, false);
  const auto count = line.counting("copying pages");
  count(1, 2);
  CHECK(out.str().empty());
  count(2, 2);
  CHECK(out.str() == "copying pages: 2 of 2 (100 %)\n");
}

}  // namespace
}  // namespace dropzone::process
