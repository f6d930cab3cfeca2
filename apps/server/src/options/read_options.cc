#include "options/read_options.h"

#include <algorithm>
#include <string>
#include <utility>

#include <dropzone/http/gate/cross_origin_handler.h>
#include <dropzone/text/ascii.h>
#include <dropzone/text/in_quotes.h>

#include <dropzone/files/read_file.h>
#include "options/config_file.h"
#include "options/option_table.h"
#include "options/option_values.h"

namespace dropzone::server {
namespace {

/// Adds the settings that are not there yet.
void add_weaker(Settings& settings, Settings weaker) { settings.merge(std::move(weaker)); }

Result<Settings> all_settings(const Settings& command_line, const Environment& environment) {
  Settings settings = command_line;
  auto from_environment = environment_settings(environment);
  if (!from_environment) return from_environment;
  add_weaker(settings, *std::move(from_environment));
  if (const auto config = settings.find("config"); config != settings.end()) {
    auto from_file = read_config_file(config->second.text);
    if (!from_file) return from_file;
    add_weaker(settings, *std::move(from_file));
  }
  return settings;
}

/// PORT is how Cloud Run and its like say where to listen.
Result<void> honour_port(Options& options, const Environment& environment) {
  const auto text = value_of(environment, "PORT");
  if (text.empty()) return {};
  const auto port = parse_port(text);
  if (!port) return fault("PORT", port.error().detail);
  options.server.address = "0.0.0.0:" + std::to_string(*port);
  return {};
}

std::string where_of(const Settings& settings, std::string_view name) {
  const auto found = settings.find(name);
  return found == settings.end() ? "--" + std::string(name) : found->second.where;
}

Result<void> check_user(const Options& options, const Settings& settings) {
  const std::string user = where_of(settings, "user");
  if (!options.user.empty() && options.password.empty()) {
    return fault(user, "the user has no password. Set DROPZONE_PASSWORD in the environment.");
  }
  if (options.user.empty() && !options.password.empty()) {
    return fault(where_of(settings, "password"),
                 "there is no user to it. Set DROPZONE_USER in the environment.");
  }
  if (const auto control = control_character_in(options.password)) {
    return fault(where_of(settings, "password"), *control);
  }
  if (options.user.find(':') != std::string::npos ||
      std::ranges::any_of(options.user, is_control)) {
    return fault(user, "a user's name cannot have a colon or a control character.");
  }
  return {};
}

Result<void> check_tls(const Options& options, const Settings& settings) {
  const http::TlsOptions& tls = options.tls;
  if (tls.certificate_file.empty() && tls.key_file.empty() && tls.client_ca_file.empty()) return {};
  if (tls.certificate_file.empty()) {
    return fault(where_of(settings, tls.key_file.empty() ? "tls-client-ca" : "tls-key"),
                 "there is no certificate to it. Name its file with --tls-cert.");
  }
  if (tls.key_file.empty()) {
    return fault(where_of(settings, "tls-cert"),
                 "the certificate has no key. Name its file with --tls-key.");
  }
  return {};
}

Result<void> check_oidc(const Options& options, const Settings& settings) {
  const oidc::Provider& provider = options.oidc;
  if (provider.issuer.empty()) {
    for (const auto* name : {"oidc-audience", "oidc-role", "oidc-roles-claim", "oidc-ca"}) {
      if (!settings.contains(name)) continue;
      return fault(where_of(settings, name),
                   "there is no provider to it. Name it with --oidc-issuer.");
    }
    return {};
  }
  const std::string issuer = where_of(settings, "oidc-issuer");
  if (const auto checked = oidc::check_issuer(provider.issuer); !checked) {
    return fault(issuer, in_quotes(provider.issuer) + " " + checked.error().detail);
  }
  if (provider.audiences.empty()) {
    return fault(issuer,
                 "tokens for whatever service would count. Say with --oidc-audience what the "
                 "provider calls this one.");
  }
  if (provider.ca_file.empty()) return {};
  const auto authorities = files::read_file(provider.ca_file);
  const bool is_pem = authorities && authorities->find("-----BEGIN") != std::string::npos;
  if (is_pem) return {};
  return fault(where_of(settings, "oidc-ca") + " " + provider.ca_file,
               authorities ? "there is no certificate in it. It has to be PEM."
                           : authorities.error().detail);
}

Result<void> check_origins(const Options& options, const Settings& settings) {
  for (const std::string& origin : options.cors_origins) {
    if (http::is_origin(origin)) continue;
    return fault(where_of(settings, "cors-origin"),
                 in_quotes(origin) +
                     " is no origin. Write scheme and host as a browser does, in lower case and "
                     "without a slash at the end, such as https://app.example.com.");
  }
  return {};
}

Result<void> check_audit(const Options& options, const Settings& settings) {
  if (!options.audit_reads || !options.audit_log.empty()) return {};
  return fault(where_of(settings, "audit-reads"),
               "there is no audit log to write them to. Name its file with --audit-log.");
}

Result<void> check_together(const Options& options, const Settings& settings) {
  if (auto checked = check_user(options, settings); !checked) return checked;
  if (auto checked = check_tls(options, settings); !checked) return checked;
  if (auto checked = check_oidc(options, settings); !checked) return checked;
  if (auto checked = check_origins(options, settings); !checked) return checked;
  if (auto checked = check_audit(options, settings); !checked) return checked;
  if (options.api.default_limit > options.api.max_limit) {
    return fault(where_of(settings, "default-limit"),
                 "it is above --max-limit, which is " + show_count(options.api.max_limit) + ".");
  }
  return {};
}

}  // namespace

Result<Options> read_options(const Settings& command_line, const Environment& environment) {
  const auto settings = all_settings(command_line, environment);
  if (!settings) return settings.error();
  Options options;
  for (const auto& [name, setting] : *settings) {
    const auto set = find_option(name)->set(options, setting.text);
    if (!set) return fault(setting.where, set.error().detail);
  }
  if (!settings->contains("listen")) {
    if (auto honoured = honour_port(options, environment); !honoured) return honoured.error();
  }
  if (auto checked = check_together(options, *settings); !checked) return checked.error();
  return options;
}

}  // namespace dropzone::server
