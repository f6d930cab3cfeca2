#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <dropzone/auth/key_service.h>
#include <dropzone/auth/token_service.h>
#include <dropzone/http/gate/rate_limiter.h>
#include <dropzone/http/message/handler.h>
#include <dropzone/http/message/request_observer.h>
#include <dropzone/http/rest/authenticator.h>
#include <dropzone/http/server/requests_under_way.h>
#include <dropzone/http/server/worker_pool.h>
#include <dropzone/job/jobs.h>
#include <dropzone/query/cursor_codec.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/store/kind_deployments.h>
#include <dropzone/store/reject_counts.h>

namespace dropzone::http {

/// Writes metrics in Prometheus' text format. Thread-safe.
class MetricsSource {
 public:
  virtual ~MetricsSource() = default;
  virtual void append_metrics(std::string& out) = 0;
};

/// How the console offers to sign in at an OpenID Connect provider, with authorization code and
/// PKCE.
struct ConsoleSignIn {
  std::string issuer = {};
  std::string client = {};  ///< The provider's name for the console; empty: it is not offered.
  std::string scope = "openid";
};

/// One option that the server was started with, for people to read.
struct OptionInForce {
  std::string name;
  std::string group;
  std::string value;   ///< Empty if there is none, or it is a secret.
  std::string origin;  ///< `default`, `command line`, `environment` or `file`.
};

struct ApiOptions {
  std::string default_kind = "records";
  std::string server_version = {};
  std::size_t max_body = 32 * 1024 * 1024;        ///< Unpacked, in bytes.
  std::size_t max_records = 10'000;               ///< In a request.
  std::size_t max_depth = 20;                     ///< Levels of nesting.
  std::size_t max_values = std::size_t{1} << 20;  ///< In a record.
  std::size_t max_ids = 1'000;                    ///< In a request.
  std::size_t default_limit = 100;
  std::size_t max_limit = 1'000;
  /// Of the records on a page, which ends after the one that reaches it; of the records requested
  /// together by id, else `too_many_ids`.
  std::size_t max_page_bytes = 32 * 1024 * 1024;
  /// The store is in this process: short reads, and short writes except the wait for the disk,
  /// run on the I/O thread.
  bool local_store = false;
  ConsoleSignIn console = {};
  std::vector<OptionInForce> in_force = {};  ///< What `GET /options` shows.
};

/// The REST API of a drop zone: translates requests to use cases and back, and decides nothing.
///
/// Example:
///
///     http::WorkerPool workers(8, 1'024);
///     http::Api api({.zone = zone,
///                    .cursors = cursors,
///                    .authenticator = authenticator,
///                    .workers = workers,
///                    .steps = steps},
///                   {});
///     DROPZONE_TRY(const auto server, http::Server::start({.address = "127.0.0.1:8080"}, api));
class Api final : public Handler {
 public:
  /// Everything must outlive the Api and every request passed to it.
  struct Services {
    DropZone& zone;
    const CursorCodec& cursors;
    Authenticator& authenticator;
    WorkerPool& workers;
    const StepRegistry& steps;  ///< For dry runs of definitions.
    RequestObserver* observer = nullptr;
    MetricsSource* metrics = nullptr;
    RateLimiter* limiter = nullptr;          ///< By principal.
    KeyService* keys = nullptr;              ///< Without it there is no `/auth/keys`.
    TokenService* tokens = nullptr;          ///< Without it there are no routes for tokens.
    KindDeployments* deployments = nullptr;  ///< Without it kinds cannot be deployed by requests.
    Jobs* jobs = nullptr;                    ///< Without it there are no routes for jobs.
    RequestsUnderWay* under_way = nullptr;   ///< The requests in progress.
    RejectCounts* reject_counts = nullptr;   ///< Without it kinds do not show why rejects wait.
  };

  Api(Services services, ApiOptions options);
  ~Api() override;

  void handle(Request&& request, Responder&& respond) override;
  void begin_burst() noexcept override;
  void end_burst() noexcept override;
  [[nodiscard]] bool takes_heads() const noexcept override { return true; }

  /// Makes `/health/ready` answer 503 from now on; everything else continues.
  void announce_shutdown() noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dropzone::http
