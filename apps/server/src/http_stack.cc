#include "http_stack.h"

#include <string_view>
#include <utility>

#include <dropzone/config/setting.h>
#include <dropzone/version.h>

namespace dropzone::server {
namespace {

http::ServerOptions server_options(const Options& options, http::RequestObserver& observer,
                                   std::shared_ptr<MemoryBudget> memory) {
  http::ServerOptions server = options.server;
  server.observer = &observer;
  server.memory = std::move(memory);
  server.shared_addresses = options.addresses.proxies;
  server.max_body = options.api.max_body;
  if (!options.tls.certificate_file.empty()) server.tls = options.tls;
  return server;
}

/// With few resources of its own: it serves one page to one or two scrapers.
http::ServerOptions metrics_server_options(const Options& options,
                                           http::RequestObserver& observer) {
  return {.address = options.metrics_listen,
          .io_threads = 1,
          .max_connections = 64,
          .observer = &observer};
}

http::ApiOptions api_options(const Options& options, bool local_store) {
  http::ApiOptions api = options.api;
  api.server_version = DROPZONE_VERSION;
  api.local_store = local_store;
  api.console.issuer = options.oidc.issuer;
  return api;
}

Result<std::unique_ptr<http::Server>> listen(http::ServerOptions options, http::Handler& handler,
                                             std::string_view option) {
  auto server = http::Server::start(std::move(options), handler);
  if (!server) return config::fault(option, server.error().detail);
  return server;
}

}  // namespace

HttpStack::HttpStack(const Parts& parts)
    : options_(parts.options),
      metrics_(parts.metrics),
      access_log_(
          parts.log,
          {.every = options_.access_log,
           .project = std::string(config::value_of(parts.environment, "GOOGLE_CLOUD_PROJECT"))}),
      report_(parts.audit, access_log_, metrics_),
      metrics_page_(metrics_),
      workers_(options_.workers, options_.queue,
               [&log = parts.log](const std::string& what) {
                 log.error("a worker's task failed: " + what);
               }),
      rate_limiter_(http::RateLimiter::of(options_.rate, "principal")),
      address_limiter_(http::RateLimiter::of(options_.address_rate, "address")),
      api_({.zone = parts.zone,
            .cursors = parts.cursors,
            .authenticator = parts.auth.router,
            .workers = workers_,
            .steps = parts.steps,
            .observer = &report_,
            .metrics = &metrics_page_,
            .limiter = rate_limiter_.get(),
            .keys = &parts.auth.keys,
            .tokens = &parts.auth.tokens,
            .deployments = &parts.deployments,
            .jobs = &parts.jobs,
            .under_way = &parts.under_way,
            .reject_counts = &parts.reject_counts},
           api_options(options_, parts.local_store)),
      paths_(api_, options_.base_path),
      preflights_(paths_, options_.cors_origins, &report_),
      pages_(options_.cors_origins, options_.addresses.proxies),
      gate_(preflights_, options_.addresses, address_limiter_.get(), &report_, &pages_),
      handler_(gate_, options_.cors_origins),
      memory_(std::make_shared<MemoryBudget>(options_.server.max_bodies_total)),
      heap_keeper_(*memory_) {}

Result<void> HttpStack::start() {
  auto server = listen(server_options(options_, report_, memory_), handler_, "--listen");
  if (!server) return std::move(server).error();
  server_ = *std::move(server);
  if (!options_.metrics_listen.empty()) {
    auto started =
        listen(metrics_server_options(options_, report_), metrics_page_, "--metrics-listen");
    if (!started) return std::move(started).error();
    metrics_server_ = *std::move(started);
  }
  metrics::add_server_stats(metrics_, *server_, workers_);
  metrics::add_memory_stats(metrics_, *memory_);
  return {};
}

std::string HttpStack::address() const {
  const std::string& address = options_.server.address;
  const auto host = address.substr(0, address.rfind(':'));
  return (options_.tls.certificate_file.empty() ? "http://" : "https://") + host + ':' +
         std::to_string(server_->port());
}

bool HttpStack::stop(std::chrono::steady_clock::time_point end) {
  const bool finished = server_->drain(end);
  metrics_server_.reset();
  server_.reset();
  workers_.stop();
  return finished;
}

}  // namespace dropzone::server
