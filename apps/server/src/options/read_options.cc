#include "options/options.h"

#include <algorithm>
#include <string>
#include <utility>

#include <dropzone/config/in_force.h>
#include <dropzone/config/option_values.h>
#include <dropzone/config/read_settings.h>
#include <dropzone/files/read_file.h>
#include <dropzone/http/gate/cross_origin_handler.h>
#include <dropzone/text/ascii.h>
#include <dropzone/text/in_quotes.h>

#include "options/option_table.h"

namespace dropzone::server {
namespace {

std::string where_of(const config::Settings& settings, std::string_view name) {
  const auto found = settings.find(name);
  return found == settings.end() ? "--" + std::string(name) : found->second.where;
}

Result<void> check_user(const Options& options, const config::Settings& settings) {
  const std::string user = where_of(settings, "user");
  if (!options.user.empty() && options.password.empty()) {
    return config::fault(user,
                         "the user has no password. Set DROPZONE_PASSWORD in the environment.");
  }
  if (options.user.empty() && !options.password.empty()) {
    return config::fault(where_of(settings, "password"),
                         "it has no user. Set DROPZONE_USER in the environment.");
  }
  if (const auto control = config::control_character_in(options.password)) {
    return config::fault(where_of(settings, "password"), *control);
  }
  if (options.user.find(':') != std::string::npos ||
      std::ranges::any_of(options.user, is_control)) {
    return config::fault(user, "a user's name cannot have a colon or a control character.");
  }
  return {};
}

Result<void> check_tls(const Options& options, const config::Settings& settings) {
  const http::TlsOptions& tls = options.tls;
  if (tls.certificate_file.empty() && tls.key_file.empty() && tls.client_ca_file.empty()) return {};
  if (tls.certificate_file.empty()) {
    return config::fault(where_of(settings, tls.key_file.empty() ? "tls-client-ca" : "tls-key"),
                         "it has no certificate. Name its file with --tls-cert.");
  }
  if (tls.key_file.empty()) {
    return config::fault(where_of(settings, "tls-cert"),
                         "the certificate has no key. Name its file with --tls-key.");
  }
  return {};
}

Result<void> check_oidc(const Options& options, const config::Settings& settings) {
  const oidc::Provider& provider = options.oidc;
  if (provider.issuer.empty()) {
    for (const auto* name : {"oidc-audience", "oidc-role", "oidc-roles-claim", "oidc-ca",
                             "console-oidc-client", "console-oidc-scope"}) {
      if (!settings.contains(name)) continue;
      return config::fault(where_of(settings, name),
                           "it has no provider. Name one with --oidc-issuer.");
    }
    return {};
  }
  const std::string issuer = where_of(settings, "oidc-issuer");
  if (const auto checked = oidc::check_issuer(provider.issuer); !checked) {
    return config::fault(issuer, in_quotes(provider.issuer) + " " + checked.error().detail);
  }
  if (provider.audiences.empty()) {
    return config::fault(
        issuer,
        "tokens for any service would be accepted. Say with --oidc-audience what the "
        "provider calls this one.");
  }
  if (provider.ca_file.empty()) return {};
  const auto authorities = files::read_file(provider.ca_file);
  if (authorities && authorities->find("-----BEGIN") != std::string::npos) return {};
  return config::fault(
      where_of(settings, "oidc-ca") + " " + provider.ca_file,
      authorities ? "it has no certificate. It must be PEM." : authorities.error().detail);
}

Result<void> check_origins(const Options& options, const config::Settings& settings) {
  for (const std::string& origin : options.cors_origins) {
    if (http::is_origin(origin)) continue;
    return config::fault(
        where_of(settings, "cors-origin"),
        in_quotes(origin) +
            " is not an origin. Write scheme and host as a browser does, in lower case and "
            "without a final slash, such as https://app.example.com.");
  }
  return {};
}

Result<void> check_audit(const Options& options, const config::Settings& settings) {
  if (!options.audit_reads || !options.audit_log.empty()) return {};
  return config::fault(where_of(settings, "audit-reads"),
                       "they need an audit log. Name its file with --audit-log.");
}

Result<void> check_together(const Options& options, const config::Settings& settings) {
  DROPZONE_CHECK(check_user(options, settings));
  DROPZONE_CHECK(check_tls(options, settings));
  DROPZONE_CHECK(check_oidc(options, settings));
  DROPZONE_CHECK(check_origins(options, settings));
  DROPZONE_CHECK(check_audit(options, settings));
  if (options.api.default_limit > options.api.max_limit) {
    return config::fault(
        where_of(settings, "default-limit"),
        "it is above --max-limit, " + config::show_count(options.api.max_limit) + ".");
  }
  return {};
}

}  // namespace

Result<Options> read_options(const config::Settings& command_line,
                             const config::Environment& environment) {
  DROPZONE_TRY(const auto settings,
               config::read_settings(option_table(), command_line, environment));
  DROPZONE_TRY(auto options, option_table().apply(settings));
  DROPZONE_CHECK(check_together(options, settings));
  config::each_in_force(option_table(), settings, [&](const auto&... texts) {
    options.api.in_force.push_back({std::string(texts)...});
  });
  return options;
}

}  // namespace dropzone::server
