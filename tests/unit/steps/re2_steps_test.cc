// extract, redact and replace: the steps that take regular expressions.
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include <dropzone/call/call_options.h>

#include "steps/library_steps.h"

namespace dropzone {
namespace {

std::string replaced(Object parameters, Value value) {
  return made_of("replace", std::move(parameters), std::move(value));
}

std::string by_pattern(std::string_view pattern, std::string_view with, Value value) {
  return replaced({{"pattern", pattern}, {"with", with}}, std::move(value));
}

std::string extracted(Object parameters, Object object) {
  return transformed({step("extract", std::move(parameters))}, std::move(object), every_step());
}

std::string redacted(Object parameters, Object object) {
  return transformed({step("redact", std::move(parameters))}, std::move(object), every_step());
}

std::string pattern_fault(std::string_view pattern) {
  return fault(step("replace", {{"field", "v"}, {"pattern", pattern}, {"with", ""}}), every_step());
}

}  // namespace

TEST_CASE("replace replaces each occurrence of a text, as it is") {
  CHECK(replaced({{"find", "a.c"}, {"with", "$1"}}, "a.c abc a.ca.c") == R"("$1 abc $1$1")");
  CHECK(replaced({{"find", "aa"}, {"with", "a"}}, "aaaaa") == R"("aaa")");
  CHECK(replaced({{"find", "x"}, {"with", ""}}, "") == R"("")");
  CHECK(replaced({{"find", "é"}, {"with", "e"}}, "café") == R"("cafe")");
  CHECK(replaced({{"find", "x"}, {"with", "y"}}, 1) == "type_mismatch replace /v");
  CHECK(transformed({step("replace", {{"field", "a"}, {"to", "b"}, {"find", "x"}, {"with", "y"}})},
                    {{"a", "ok"}}, every_step()) == R"({"a":"ok","b":"ok"})");
}

TEST_CASE("replace replaces each match of a pattern, with what its groups matched") {
  CHECK(by_pattern(R"((\d+)-(\d+))", "$2-$1", "1-2, 34-56") == R"("2-1, 56-34")");
  CHECK(by_pattern("(?P<first>\\w+) (?P<last>\\w+)", "${last}, ${first}", "Ada Lovelace") ==
        R"("Lovelace, Ada")");
  CHECK(by_pattern("b", "<$0>", "abc") == R"("a<b>c")");
  CHECK(by_pattern("b", "$$", "abc") == R"("a$c")");
  CHECK(by_pattern("(a)|b", "[$1]", "ab") == R"("[a][]")");
  CHECK(by_pattern("(?i)HELLO", "bye", "Hello hello") == R"("bye bye")");
  CHECK(by_pattern("^a", "x", "aa") == R"("xa")");
  CHECK(by_pattern("(?m)$", ";", "a\nb") == R"("a;\nb;")");
}

TEST_CASE("a match of nothing cuts no character, and is not found twice") {
  CHECK(by_pattern("", "-", "ab").starts_with("/0/replace/pattern: A pattern has 1 to"));
  CHECK(by_pattern("x*", "-", "aé") == R"("-a-é-")");
  CHECK(by_pattern("x*", "-", "axb") == R"("-a-b-")");
  CHECK(by_pattern("x*", "-", "") == R"("-")");
  CHECK(by_pattern(".", "*", "añ€😀") == R"("****")");
}

TEST_CASE("a pattern that cannot be used is refused in words, with its place") {
  const auto says = [](std::string_view pattern, const std::string& detail) {
    CHECK(pattern_fault(pattern) == "/0/replace/pattern: The pattern cannot be used: " + detail);
  };
  says("a(b", "a ( is not closed: \"a(b\" at byte 1.");
  says("a[b", "a [ is not closed: \"[b\" at byte 2.");
  says("ab)", "there is a ) without a (: \"ab)\" at byte 1.");
  says("a**", "two repetitions follow each other: \"**\" at byte 2.");
  says("*a", "there is nothing to repeat: \"*\" at byte 1.");
  says("a{2,1}",
       "a repetition is above 1000, by others inside it too, or the wrong way round: \"{2,1}\" at "
       "byte 2.");
  says("[z-a]", "the range of characters is the wrong way round: \"z-a\" at byte 2.");
  says("a\\", "it ends with a \\.");
  says("\\y", "there is no such escape: \"\\y\" at byte 1.");
  says("(?=a)",
       "there is no such group: a name is written (?P<name>...), and look-around is not there: "
       "\"(?=\" at byte 1.");
  says("\\pL{900}", "it is too large once its repetitions are written out.");
  CHECK(pattern_fault("a\\C") == "/0/replace/pattern: \\C would cut characters; use a dot.");
  CHECK(pattern_fault("\\\\C").empty());
  CHECK(pattern_fault("\\Q\\C\\E").empty());
  CHECK(pattern_fault("\\Qx\\E\\C") == "/0/replace/pattern: \\C would cut characters; use a dot.");
  CHECK(pattern_fault(std::string(5'000, 'a')).find("1 to 4096 bytes") != std::string::npos);
}

TEST_CASE("replace's definition is refused if its parameters do not go together") {
  const auto refused = [](Object parameters) {
    parameters.append("field", "v");
    return fault(step("replace", std::move(parameters)), every_step());
  };
  CHECK(refused({{"with", "x"}}).starts_with("/0/replace/find: Name a text"));
  CHECK(refused({{"find", "a"}, {"pattern", "a"}, {"with", ""}}).starts_with("/0/replace/find: "));
  CHECK(refused({{"find", ""}, {"with", ""}}).starts_with("/0/replace/find: There is nothing"));
  CHECK(refused({{"find", "a"}}).starts_with("/0/replace/with: "));
  CHECK(refused({{"pattern", "(?P<year>a)"}, {"with", "${yaer}"}}) ==
        "/0/replace/with: The pattern has no group \"yaer\". Did you mean \"year\"? A dollar sign "
        "itself is written $$.");
  for (const std::string_view with : {"$2", "$", "${", "${1", "$x", "$99999999999999999999999"}) {
    CAPTURE(with);
    const auto given = refused({{"pattern", "(a)"}, {"with", with}});
    CHECK((given.starts_with("/0/replace/with: The pattern has no group") || with == "${1"));
  }
}

TEST_CASE("extract makes fields of a pattern's named groups") {
  const std::string_view line =
      R"((?P<ip>\S+) \[(?P<when>[^\]]+)\] (?P<status>\d{3})(?: (?P<more>.+))?)";
  CHECK(extracted({{"field", "line"}, {"pattern", line}}, {{"line", "::1 [now] 200"}}) ==
        R"({"line":"::1 [now] 200","ip":"::1","when":"now","status":"200"})");
  CHECK(
      extracted({{"field", "line"}, {"pattern", line}, {"to", "log.http"}},
                {{"line", "::1 [now] 200 x"}}) ==
      R"({"line":"::1 [now] 200 x","log":{"http":{"ip":"::1","when":"now","status":"200","more":"x"}}})");
  CHECK(extracted({{"field", "v"}, {"pattern", "(?P<v>b+)"}}, {{"v", "abbc"}}) == R"({"v":"bb"})");
  CHECK(extracted({{"field", "v"}, {"pattern", "a(?P<e>x*)"}}, {{"v", "a"}}) ==
        R"({"v":"a","e":""})");
}

TEST_CASE("extract refuses a text that does not match, unless configured otherwise") {
  const Object parameters{{"field", "v"}, {"pattern", "(?P<n>\\d+)"}};
  const auto with = [&](std::string_view flag) {
    Object more = parameters;
    more.append(std::string(flag), true);
    return more;
  };
  CHECK(extracted(parameters, {{"v", "abc"}}) == "step_failed extract /v");
  CHECK(extracted(parameters, {}) == "missing_field extract /v");
  CHECK(extracted(parameters, {{"v", 12}}) == "type_mismatch extract /v");
  CHECK(extracted(with("ignore_no_match"), {{"v", "abc"}}) == R"({"v":"abc"})");
  CHECK(extracted(with("ignore_missing"), {}) == "{}");
  CHECK(extracted({{"field", "v"}, {"pattern", "(?P<n>\\d+)"}, {"to", "v.x"}}, {{"v", "1"}}) ==
        "type_mismatch extract /v");
}

TEST_CASE("extract's definition is refused without a named group, or with one of the server's") {
  const auto refused = [](std::string_view pattern) {
    return fault(step("extract", {{"field", "v"}, {"pattern", pattern}}), every_step());
  };
  CHECK(refused("(a)").starts_with("/0/extract/pattern: The pattern has no named group"));
  CHECK(refused("(?P<_id>a)").starts_with("/0/extract/pattern: The field \"_id\" is the server's"));
  CHECK(refused("(?P<a>a)(?P<a>b)").find("have the same name") != std::string::npos);
  CHECK(refused("(?<a>a)").find("a name is written (?P<name>...)") != std::string::npos);
  CHECK(refused("(?P<a b>a)").find("letters, digits and _") != std::string::npos);
  CHECK(refused([] {
          std::string many;
          for (int i = 0; i < 101; ++i) many += "(a)";
          return many;
        }())
            .find("may have 100 groups") != std::string::npos);
}

TEST_CASE("redact replaces matches in a field, with all that is in it") {
  const Array patterns{R"(\b\d{4}-\d{4}\b)", "(?i)secret"};
  CHECK(redacted({{"field", "v"}, {"patterns", patterns}},
                 {{"v", "card 1234-5678, Secret"}, {"w", "secret"}}) ==
        R"({"v":"card [redacted], [redacted]","w":"secret"})");
  CHECK(redacted({{"fields", Array{"v", "w.x"}}, {"patterns", patterns}, {"with", ""}},
                 {{"v", Array{"secret", 1, Object{{"secret", "secret!"}}}},
                  {"w", Object{{"x", Value()}}}}) ==
        R"({"v":["",1,{"secret":"!"}],"w":{"x":null}})");
  CHECK(redacted({{"field", "v"}, {"to", "w"}, {"patterns", patterns}}, {{"v", "secret"}}) ==
        R"({"v":"secret","w":"[redacted]"})");
}

TEST_CASE("redact without a field is about all texts of the record, names left alone") {
  CHECK(redacted({{"patterns", Array{"[a-z]+@[a-z.]+"}}},
                 {{"a@b.c", "a@b.c"}, {"n", 5}, {"o", Object{{"l", Array{"x a@b.c"}}}}}) ==
        R"({"a@b.c":"[redacted]","n":5,"o":{"l":["x [redacted]"]}})");
}

TEST_CASE("redact refuses a named field that is missing, or a number, which no pattern can find") {
  const auto refusal = [](Object object) {
    return redacted({{"field", "v"}, {"patterns", Array{"\\d{4}"}}}, std::move(object));
  };
  CHECK(refusal({}) == "missing_field redact /v");
  CHECK(refusal({{"v", std::int64_t{4111111111111111}}}) == "type_mismatch redact /v");
  CHECK(fault(step("redact", {{"field", "v"}}), every_step()).starts_with("/0/redact/patterns: "));
  CHECK(fault(step("redact", {{"patterns", Array{"a", "("}}}), every_step())
            .starts_with("/0/redact/patterns/1: "));
  CHECK(fault(step("redact", {{"patterns", Array{"a"}}, {"to", "b"}}), every_step())
            .starts_with("/0/redact/to: "));
}

TEST_CASE("what the steps with patterns make is inferred") {
  CHECK(inferred({step("replace", {{"field", "a"}, {"to", "b"}, {"find", "x"}, {"with", "y"}})},
                 every_step()) == "b:string");
  CHECK(inferred({step("set", {{"field", "a"}, {"value", 1}}),
                  step("set", {{"field", "b"}, {"value", 1}}),
                  step("extract", {{"field", "v"}, {"pattern", "(?P<a>x)"}})},
                 every_step()) == "b:number");
  CHECK(inferred({step("set", {{"field", "a"}, {"value", 1}}),
                  step("redact", {{"patterns", Array{"x"}}})},
                 every_step()) == "a:number");
}

TEST_CASE("a replacement that grows beyond the allowance is refused, at its field") {
  const auto pipeline =
      parse_pipeline(
          {step("replace", {{"field", "v"}, {"find", "a"}, {"with", std::string(99, 'b')}})},
          every_step())
          .value();
  Allowance allowance(RecordLimits{.max_made_bytes = 10'000});
  const auto result = pipeline.apply({{"v", std::string(1'000, 'a')}}, allowance);
  REQUIRE_FALSE(result);
  CHECK(in_short(result.error()) == "record_too_large replace /v");
}

TEST_CASE("a text that is too long for its pattern, or for the time that is left, is refused") {
  const std::string large(500'000, 'a');
  CHECK(by_pattern("(x{1,500}y{1,400})+z", "", large) == "step_failed replace /v");
  CHECK(by_pattern("x", "", large) == '"' + large + '"');
  const auto pipeline =
      parse_pipeline({step("replace", {{"field", "v"}, {"pattern", "(a.*b)|a"}, {"with", ""}})},
                     every_step())
          .value();
  CallOptions options;
  options.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  Allowance allowance(RecordLimits{}, options);
  const auto result = pipeline.apply({{"v", large}}, allowance);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::deadline_exceeded);
}

TEST_CASE("one pattern is used from many threads") {
  const auto pipeline =
      parse_pipeline(
          {step("replace", {{"field", "v"}, {"pattern", "(\\w)(\\w)"}, {"with", "$2$1"}})},
          every_step())
          .value();
  std::vector<std::string> results(4);
  std::vector<std::thread> threads;
  for (std::string& result : results) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) result = to_json(*pipeline.apply({{"v", "abcdef"}}));
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(results == std::vector<std::string>(4, R"({"v":"badcfe"})"));
}

}  // namespace dropzone
