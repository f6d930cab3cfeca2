#include "rest/api_fixture.h"
#include "support/gzip.h"

namespace dropzone::http {
namespace {

// Short bodies are stored from the I/O thread if the store is local.
ApiOptions with_store_near_or_far() {
  ApiOptions options;
  options.local_store = GENERATE(true, false);
  return options;
}

TEST_CASE("the seed records are stored, and fetched with their originals byte for byte") {
  ApiFixture api(with_store_near_or_far());
  for (int i = 0; i < 6; ++i) {
    const std::string original =
        file_text("tests/data/seed-records/file_" + std::to_string(i) + ".json");
    const auto stored = api.post("/store?kind=measurements", original);
    CHECK(stored.status == 201);
    const std::string id = *at(stored, "results.0._id").as_string();
    const auto fetched = api.call("GET", "/fetchMany?kind=measurements&original=true&_id=" + id);
    CHECK(fetched.status == 200);
    CHECK_THAT(fetched.body, Catch::Contains("\"_original\":" + original + "}"));
  }
  const auto filtered =
      api.post("/filter?kind=measurements",
               R"({"field": "mean", "operator": ">", "value": 4, "orderBy": ["mean"]})");
  CHECK(at(filtered, "records").as_array()->size() == 3);
  CHECK(at(filtered, "records.0.mean") == Value(4.16361092748165));
  CHECK(at(filtered, "records.0.timeUTC") == Value("2019-05-04T10:00:00Z"));
}

TEST_CASE("the status says what became of a batch") {
  ApiFixture api(with_store_near_or_far());
  const auto status = [&](std::string body, std::string_view query = "") {
    return api.post("/store" + std::string(query), std::move(body)).status;
  };
  CHECK(status(R"({"_id": "a"})") == 201);
  CHECK(status(R"([{"_id": "b"}, {"_id": "a"}])") == 207);
  CHECK(status(R"([{"_id": "a"}])") == 409);
  CHECK(status(R"([{"_id": "a"}, {"_id": "."}])") == 422);
  CHECK(status(R"([{"_id": "a"}])", "?ifExists=replace") == 200);
  CHECK(status(R"([{"_id": "a"}])", "?ifExists=skip") == 200);
  CHECK(status(R"([{"_id": "a"}, {"_id": "c"}])", "?mode=atomic") == 409);
  CHECK(api.call("GET", "/records/c").status == 404);
}

TEST_CASE("what is returned follows `return`") {
  ApiFixture api(with_store_near_or_far());
  const std::string body = R"([{"_id": "a", "n": 1}, {"_id": "a"}])";
  const auto ids = api.post("/store?return=ids", body);
  CHECK(at(ids, "results").as_array()->size() == 2);
  CHECK_THAT(ids.body, !Catch::Contains("\"record\""));
  const auto counts = api.post("/store?return=counts", R"([{"_id": "b"}, {"_id": "a"}])");
  CHECK(at(counts, "stored") == Value(1));
  CHECK(at(counts, "results").as_array()->size() == 1);
  CHECK(at(counts, "results.0.index") == Value(1));
  CHECK(at(counts, "results.0.rejectId") == Value());
}

TEST_CASE("a refused record is reported with its step, and listed among the rejects") {
  ApiFixture api(with_store_near_or_far());
  const std::string original = R"({"time_stamp": "2019-13-01T00:00:00Z", "data": [1, 2]})";
  const auto stored = api.post("/store?kind=measurements", original);
  CHECK(stored.status == 422);
  CHECK(at(stored, "results.0.error.code") == Value("invalid_time"));
  CHECK(at(stored, "results.0.error.step") == Value("parse_time"));
  CHECK(at(stored, "results.0.error.pointer") == Value("/time_stamp"));
  const auto rejects = api.call("GET", "/rejects");
  CHECK(at(rejects, "rejects.0.rejectId") == at(stored, "results.0.rejectId"));
  CHECK(at(rejects, "rejects.0.original") == Value(original));
  CHECK(at(rejects, "rejects.0.kind") == Value("measurements"));
}

TEST_CASE("a line of NDJSON that is not JSON is kept as a reject, bytes and all") {
  ApiFixture api(with_store_near_or_far());
  const std::string lines = "{\"_id\": \"a\"}\r\n\n\xFF not JSON\n{\"_id\": \"b\"}";
  const auto stored =
      api.call("POST", "/store", lines, {{"Content-Type", "application/x-ndjson; charset=utf-8"}});
  CHECK(stored.status == 207);
  CHECK(at(stored, "results.1.line") == Value(3));
  CHECK(at(stored, "results.1.error.code") == Value("invalid_json"));
  const auto rejects = api.call("GET", "/rejects");
  CHECK(at(rejects, "rejects.0.originalBase64") == Value("/yBub3QgSlNPTg=="));
}

TEST_CASE("a body that cannot be understood stores nothing and says why") {
  ApiFixture api(with_store_near_or_far());
  const auto refused = [&](std::string body, ApiFixture::Headers headers = {}) {
    const auto response = api.post("/store", std::move(body), std::move(headers));
    CHECK(at(response, "status") == Value(response.status));
    return std::pair(response.status, code_of(response));
  };
  CHECK(refused("") == std::pair(400, std::string("empty_body")));
  CHECK(refused("[]") == std::pair(400, std::string("empty_body")));
  CHECK(refused("[{\"a\": 1}, {\"b\": }]") == std::pair(400, std::string("invalid_json")));
  CHECK(refused("7") == std::pair(400, std::string("invalid_request")));
  CHECK(refused("{}", {{"Content-Type", "text/plain"}}) ==
        std::pair(415, std::string("unsupported_media_type")));
  CHECK(refused("{}", {{"Content-Encoding", "br"}}) ==
        std::pair(415, std::string("unsupported_encoding")));
  CHECK(at(api.call("GET", "/fetchKeys"), "keys").as_array()->empty());
}

TEST_CASE("a record of an id that is refused now can be read and deleted") {
  auto repository = std::make_unique<memory::MemoryRecordRepository>();
  for (const auto* id : {".", ".."}) {
    std::vector<Write> writes(1);
    writes[0] = {
        .kind = "records", .id = id, .original = "{}", .data = {}, .data_json = "{}", .meta = {}};
    REQUIRE(repository->write(std::move(writes), Atomicity::partial, kNoDeadline));
  }
  ApiFixture api({}, std::move(repository));
  for (const std::string path : {"/records/.", "/records/%2e%2e"}) {
    CHECK(api.call("GET", path).status == 200);
    CHECK(api.call("PUT", path, "{}", {{"Content-Type", "application/json"}}).status == 422);
    CHECK(api.call("PATCH", path, "{}", {{"Content-Type", "application/json"}}).status == 422);
  }
  CHECK(at(api.post("/fetchMany", R"({"_id": [".", ".."]})"), "records").as_array()->size() == 2);
  CHECK(at(api.post("/delete", R"({"_id": ["."]})"), "deletedRecords") == Value(1));
  CHECK(api.call("DELETE", "/records/..").status == 204);
  for (const std::string body : {R"({"_id": "."})", R"({"_id": ".."})"}) {
    CHECK(api.post("/store", body).status == 422);
    CHECK(at(api.post("/transform", body), "results.0.error.code") == Value("invalid_id"));
  }
}

TEST_CASE("gzip is unpacked and verified whole before anything is stored") {
  ApiFixture api(with_store_near_or_far());
  const std::string packed = gzip(R"([{"_id": "a"}, {"_id": "b"}])");
  const ApiFixture::Headers coded{{"Content-Encoding", "gzip"}};
  CHECK(api.post("/store", packed, coded).status == 201);
  for (const std::size_t length : {packed.size() - 1, packed.size() / 2, std::size_t{3}}) {
    CHECK(api.post("/store", packed.substr(0, length), coded).status == 400);
  }
  std::string wrong_checksum = packed;
  wrong_checksum[packed.size() - 6] = static_cast<char>(wrong_checksum[packed.size() - 6] ^ 1);
  CHECK(api.post("/store", wrong_checksum, coded).status == 400);
}

TEST_CASE("a bomb is refused when it passes the limit, and need not be unpacked further") {
  auto options = with_store_near_or_far();
  options.max_body = 100'000;
  ApiFixture api(options);
  const std::string bomb = gzip("{\"a\": \"" + std::string(50'000'000, ' ') + "\"}");
  const auto response = api.post("/store", bomb, {{"Content-Encoding", "gzip"}});
  CHECK(response.status == 413);
  CHECK(code_of(response) == "body_too_large");
}

}  // namespace
}  // namespace dropzone::http
