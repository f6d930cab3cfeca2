#pragma once

#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/crypto/cursor_sealer.h>
#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/http/rest/api.h>
#include <dropzone/json/decode_value.h>
#include <dropzone/memory/memory_record_repository.h>

namespace dropzone::http {

inline std::string file_text(const std::string& path) {
  std::ifstream file(std::string(DROPZONE_SOURCE_DIR) + "/" + path);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline Kind shipped_kind(const std::string& name) {
  const auto definition = json::decode_value(file_text("kinds/" + name + ".json"), 20);
  REQUIRE(definition);
  auto kind = Kind::parse(*definition, StepRegistry::with_core_steps());
  REQUIRE(kind);
  return *std::move(kind);
}

inline KindCatalog shipped_kinds() {
  std::vector<Kind> kinds;
  kinds.push_back(shipped_kind("measurements"));
  kinds.push_back(shipped_kind("records"));
  auto catalog = KindCatalog::of(std::move(kinds));
  REQUIRE(catalog);
  return *std::move(catalog);
}

/// Knows one user, by a header of its own; the real ones have tests of their own.
class HeaderAuthenticator final : public Authenticator {
 public:
  std::optional<Result<Principal>> recognise(const Request& request) override {
    if (request.headers.find("Authorization") == "Test ada")
      return Result(Principal{"ada", Grants::all()});
    return Result<Principal>(Error{ErrorCode::unauthenticated, "Who are you?"});
  }
  Result<Principal> authenticate(const Request&) override {
    return Error{ErrorCode::internal, "Never asked."};
  }
  [[nodiscard]] std::uint64_t revocations() const noexcept override { return 0; }
};

/// The whole API over the memory store or another one, without sockets.
class ApiFixture {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  explicit ApiFixture(ApiOptions options = {},
                      std::unique_ptr<RecordRepository> repository =
                          std::make_unique<memory::MemoryRecordRepository>())
      : options_(std::move(options)), repository_(std::move(repository)) {}

  Response call(std::string_view method, std::string_view target, std::string body = {},
                const Headers& headers = {}) {
    auto request = make_request(method, target, std::move(body));
    REQUIRE(request);
    request->headers.set("Authorization", "Test ada");
    for (const auto& [name, value] : headers) request->headers.set(name, value);
    return send(*std::move(request));
  }

  /// With `Content-Type: application/json`.
  Response post(std::string_view target, std::string body, Headers headers = {}) {
    headers.emplace(headers.begin(), "Content-Type", "application/json");
    return call("POST", target, std::move(body), headers);
  }

  Response send(Request request) {
    std::promise<Response> promise;
    api_.handle(std::move(request),
                Responder([&](Response response) { promise.set_value(std::move(response)); }));
    return promise.get_future().get();
  }

  Api& api() { return api_; }
  DropZone& zone() { return zone_; }

 private:
  ApiOptions options_;
  std::unique_ptr<RecordRepository> repository_;
  SystemClock clock_;
  RandomIdSource ids_;
  crypto::OpensslDigest digest_;
  DropZone zone_{{.repository = *repository_, .clock = clock_, .ids = ids_, .digest = &digest_},
                 shipped_kinds()};
  crypto::CursorSealer cursors_{"a key of thirty-two bytes, so so"};
  HeaderAuthenticator authenticator_;
  WorkerPool workers_{2, 16};
  StepRegistry steps_ = StepRegistry::with_core_steps();
  Api api_{{.zone = zone_,
            .cursors = cursors_,
            .authenticator = authenticator_,
            .workers = workers_,
            .steps = steps_},
           options_};
};

/// The answer's body as a value.
inline Value body_of(const Response& response) {
  INFO(response.body);
  auto value = json::decode_value(response.body, 64);
  REQUIRE(value);
  return *std::move(value);
}

/// The value at dotted names and indexes, such as "results.0.error.code".
inline Value at(const Value& root, std::string_view path) {
  const Value* value = &root;
  while (!path.empty()) {
    const std::string_view part = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(path.size(), part.size() + 1));
    INFO("at " << part);
    if (const Array* array = value->as_array()) {
      const auto index = static_cast<std::size_t>(std::stoul(std::string(part)));
      REQUIRE(index < array->size());
      value = &(*array)[index];
    } else {
      REQUIRE(value->as_object());
      value = value->as_object()->find(part);
      REQUIRE(value);
    }
  }
  return *value;
}

inline Value at(const Response& response, std::string_view path) {
  return at(body_of(response), path);
}

inline std::string code_of(const Response& response) {
  CHECK(response.headers.find("Content-Type") == "application/problem+json");
  return *at(response, "code").as_string();
}

}  // namespace dropzone::http
