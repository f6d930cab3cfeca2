#pragma once

#include <chrono>
#include <string>

#include <dropzone/curl/http_client.h>
#include <dropzone/google_auth/token_source.h>

#include "rpc/rpc.h"

namespace dropzone::datastore {

struct RestEndpoint {
  std::string base;  ///< "https://datastore.googleapis.com".
  std::string project;
  std::string database;
  std::chrono::milliseconds attempt_timeout{20'000};
};

/// Datastore's API as JSON over HTTP: one call is one request.
class RestChannel final : public RpcChannel {
 public:
  /// Both must outlive it; without tokens, calls carry no credentials.
  RestChannel(curl::HttpClient& client, google_auth::TokenSource* tokens,
              const RestEndpoint& endpoint);

  RpcReply call(const RpcRequest& request) override;

 private:
  RpcReply attempt(const RpcRequest& request, Deadline deadline, const std::string& token);

  curl::HttpClient& client_;
  google_auth::TokenSource* tokens_;
  std::string base_url_;
  std::vector<std::string> headers_;
  std::chrono::milliseconds attempt_timeout_;
};

}  // namespace dropzone::datastore
