#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <dropzone/http/server/server.h>
#include <dropzone/jose/signing_key.h>
#include <dropzone/oidc/token_verifier.h>

#include "support/eventually.h"
#include "support/set_clock.h"

namespace dropzone::oidc::testing {

using test::eventually;
using test::SetClock;

/// A server on the loopback address that publishes keys as an OpenID Connect provider does.
class LoopbackProvider final : public http::Handler {
 public:
  static constexpr const char* kConfiguration = "/.well-known/openid-configuration";

  LoopbackProvider() : server_(start("127.0.0.1:0")) {
    issuer_ = "http://127.0.0.1:" + std::to_string(server_->port());
    set(kConfiguration, R"({"issuer":")" + issuer_ + R"(","jwks_uri":")" + issuer_ + "/keys\"}");
    publish({});
  }

  [[nodiscard]] const std::string& issuer() const { return issuer_; }

  void publish(const std::vector<const jose::SigningKey*>& keys) {
    std::string text;
    for (const auto* key : keys) text += (text.empty() ? "" : ",") + key->public_text();
    set("/keys", "{\"keys\":[" + text + "]}");
  }
  void set(const std::string& path, std::string body, int status = 200) {
    const std::lock_guard lock(mutex_);
    documents_[path] = {status, std::move(body)};
  }
  /// Answers nothing from now on, and all that was asked when released.
  void hold() { holds_ = true; }
  void release() {
    const std::lock_guard lock(mutex_);
    holds_ = false;
    for (auto& [path, respond] : held_) respond(answer(path));
    held_.clear();
  }
  void fail(bool fails) { fails_ = fails; }

  /// Whether a request waits for release().
  [[nodiscard]] bool holds_requests() {
    const std::lock_guard lock(mutex_);
    return !held_.empty();
  }

  /// How often the keys were asked for.
  [[nodiscard]] int fetches() const { return fetches_; }

  void handle(http::Request&& request, http::Responder&& respond) override {
    const std::lock_guard lock(mutex_);
    if (request.path == "/keys") ++fetches_;
    if (holds_) {
      held_.emplace_back(request.path, std::move(respond));
    } else {
      respond(answer(request.path));
    }
  }

 private:
  struct Document {
    int status = 404;
    std::string body;
  };

  std::unique_ptr<http::Server> start(const std::string& address) {
    auto server = http::Server::start({.address = address}, *this);
    if (!server) throw std::runtime_error(server.error().detail);
    return *std::move(server);
  }

  http::Response answer(const std::string& path) {
    const Document document = fails_ ? Document{503, ""} : documents_[path];
    auto response = http::make_response(document.status, "application/json", document.body);
    if (document.status == 302) response.headers.set("Location", issuer_ + "/keys");
    return response;
  }

  std::mutex mutex_;
  std::map<std::string, Document> documents_;
  std::vector<std::pair<std::string, http::Responder>> held_;
  std::atomic<bool> holds_ = false;
  std::atomic<bool> fails_ = false;
  std::atomic<int> fetches_ = 0;
  std::string issuer_;
  std::unique_ptr<http::Server> server_;
};

/// What a verifier has said about the provider so far.
class Reports {
 public:
  std::function<void(const Result<void>&)> listener() {
    return [this](const Result<void>& outcome) {
      const std::lock_guard lock(mutex_);
      said_.push_back(outcome ? "well" : outcome.error().detail);
    };
  }
  [[nodiscard]] std::vector<std::string> said() const {
    const std::lock_guard lock(mutex_);
    return said_;
  }
  /// Its last word, once it has said anything.
  [[nodiscard]] std::string last() const {
    if (!eventually([&] { return !said().empty(); })) return "nothing";
    return said().back();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> said_;
};

/// A token with these claims and those that make it valid for `audience`, for an hour.
inline std::string token_of(const jose::SigningKey& key, const std::string& issuer,
                            const std::string& more = "", const char* type = "at+jwt") {
  return key
      .sign(R"({"iss":")" + issuer +
                R"(","aud":"dropzone","sub":"ann","exp":1700003600,"iat":1700000000)" + more + "}",
            type)
      .value();
}

}  // namespace dropzone::oidc::testing
