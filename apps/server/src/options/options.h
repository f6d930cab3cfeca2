#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <dropzone/auth/claimed_roles.h>
#include <dropzone/config/environment.h>
#include <dropzone/config/setting.h>
#include <dropzone/http/gate/client_address_filter.h>
#include <dropzone/http/gate/rate_limiter.h>
#include <dropzone/http/rest/api.h>
#include <dropzone/http/server/server.h>
#include <dropzone/log/log_level.h>
#include <dropzone/oidc/provider.h>
#include <dropzone/stores/open_store.h>

namespace dropzone::server {

/// The server's options, with their defaults.
struct Options {
  std::filesystem::path config;  ///< Empty: no file.
  std::string store;             ///< URL; empty: a file in the user's data directory.
  std::filesystem::path kinds;   ///< Empty: the installed ones.
  std::chrono::milliseconds max_snapshot_age{900'000};  ///< Of what `backup` reads.
  std::chrono::milliseconds reject_retention{0};        ///< 0: rejects are kept for ever.
  std::size_t max_rejects = 0;                          ///< Of each kind; 0: any number.

  std::string user;  ///< A first user, with `password`; empty: none.
  std::string password;
  std::filesystem::path users;        ///< A file of more users; empty: none.
  std::filesystem::path secret_file;  ///< Empty: secrets are kept in the store.
  std::filesystem::path step_keys;    ///< A file of keys for steps; empty: none.
  std::vector<std::string> cors_origins;
  std::vector<std::string> base_path;  ///< Its segments.
  oidc::Provider oidc;                 ///< Without an issuer: none.
  std::string oidc_roles_claim = "roles";
  auth::RoleNames oidc_roles;  ///< Empty: the claim has roles as they are written here.
  http::AddressRules addresses;
  http::RateLimit rate;          ///< Of each principal.
  http::RateLimit address_rate;  ///< Of each address.

  http::TlsOptions tls;  ///< Without a certificate: plain HTTP.
  http::ServerOptions server{.address = "127.0.0.1:8080"};
  http::ApiOptions api;
  std::size_t workers = 64;
  std::size_t queue = 1'024;  ///< Requests that wait for a worker; beyond: 503.

  std::string metrics_listen;  ///< Empty: `/metrics` is only among the other routes.
  log::LogLevel log_level = log::LogLevel::info;
  log::LogFormat log_format = log::LogFormat::automatic;
  std::filesystem::path audit_log;  ///< Empty: none; `stderr`: among the log's lines.
  bool audit_reads = false;
  std::size_t access_log = 1;  ///< Every how many-th good answer is logged; 0: none.

  stores::DatastoreLimits datastore;

  std::chrono::milliseconds shutdown_delay{0};
  std::chrono::milliseconds drain_timeout{10'000};
};

/// The options that command line, environment and file make together: the command line wins over
/// the environment, the environment over the file that --config or DROPZONE_CONFIG names. Faults
/// name the place that set the value.
Result<Options> read_options(const config::Settings& command_line,
                             const config::Environment& environment);

}  // namespace dropzone::server
