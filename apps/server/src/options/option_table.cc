#include "options/option_table.h"

#include <utility>
#include <vector>

#include <dropzone/auth/claimed_roles.h>
#include <dropzone/config/table_builder.h>
#include <dropzone/http/gate/base_path.h>
#include <dropzone/value/limits.h>

namespace dropzone::server {
namespace {

using Table = config::TableBuilder<Options>;
using Addresses = std::vector<http::AddressRange>;

constexpr config::CountRange kAnySize{.least = 1, .most = std::size_t{1} << 40};
constexpr config::DurationRange kFromZero{.least = std::chrono::milliseconds(0)};

#define DROPZONE_FIELD(member) ([](Options & options) -> auto& { return options.member; })

Result<Addresses> parse_addresses(std::string_view text) {
  Addresses addresses;
  for (const std::string& word : config::parse_list(text)) {
    auto range = http::AddressRange::parse(word);
    if (!range) return std::move(range).error();
    addresses.push_back(*std::move(range));
  }
  return addresses;
}

Result<auth::RoleNames> parse_roles(std::string_view text) {
  return auth::parse_role_names(config::parse_list(text));
}

void add_service(Table& table) {
  table.heading("Service");
  table.address("listen", DROPZONE_FIELD(server.address),
                "Where to listen; port 0 takes a free one. Default if PORT is set "
                "in the environment: 0.0.0.0 and that port.");
  table.text("store", "URL", DROPZONE_FIELD(store),
             "Where records are kept: memory: (until the process ends), sqlite:PATH (one file), or "
             "datastore:PROJECT[/NAMESPACE][?database=ID].",
             "sqlite:$XDG_DATA_HOME/dropzone/dropzone.db");
  table.duration("max-snapshot-age", DROPZONE_FIELD(max_snapshot_age),
                 "How long `backup` may read one moment of a SQLite store, whose "
                 "write-ahead log grows meanwhile; beyond: it fails.");
  table.duration("reject-retention", DROPZONE_FIELD(reject_retention),
                 "How long rejects are kept after they were received last; 0: for ever.",
                 {.least = std::chrono::milliseconds(0), .most = std::chrono::hours(24 * 36'500)});
  table.count("max-rejects", DROPZONE_FIELD(max_rejects),
              "Rejects of each kind that are kept; beyond: the oldest are erased; 0: any number.",
              {.least = 0, .most = 1'000'000'000});
  table.path("kinds", "DIR", DROPZONE_FIELD(kinds), "The folder of kind files, NAME.json each.",
             "the installed kinds");
  table.path("config", "FILE", DROPZONE_FIELD(config),
             "A TOML file of options: max-body = \"64MiB\".");
  table.text("default-kind", "NAME", DROPZONE_FIELD(api.default_kind),
             "The kind of a request that names none.", "records");
}

void add_tls(Table& table) {
  table.heading("TLS");
  table.text(
      "tls-cert", "FILE", DROPZONE_FIELD(tls.certificate_file),
      "The server's certificate as PEM, followed by the intermediate certificates: the server "
      "then speaks HTTPS only. Read again on SIGHUP.");
  table.text("tls-key", "FILE", DROPZONE_FIELD(tls.key_file),
             "The certificate's private key as PEM, without a passphrase.");
  table.text("tls-client-ca", "FILE", DROPZONE_FIELD(tls.client_ca_file),
             "Authorities as PEM: clients must show a certificate of one of them.");
  table.count("hsts-max-age", DROPZONE_FIELD(tls.hsts_max_age),
              "Seconds for which browsers that came by HTTPS use only HTTPS for this host and all "
              "its ports (Strict-Transport-Security); 0: not sent.",
              {.least = 0, .most = 63'072'000});
}

void add_access(Table& table) {
  table.heading("Access");
  table.text("user", "NAME", DROPZONE_FIELD(user),
             "The first user, an administrator. Requires DROPZONE_PASSWORD.");
  table.text(
      "password", "PASSWORD", DROPZONE_FIELD(password),
      "The first user's password, without control characters: in the environment or the file, "
      "never on the command line, which all users of the machine can read.");
  table.secret();
  table.path("users", "FILE", DROPZONE_FIELD(users),
             "A file of users with their roles, which only its owner may read: see "
             "dropzone-server user. Read again on SIGHUP.");
  table.path(
      "secret-file", "FILE", DROPZONE_FIELD(secret_file),
      "A file, which its owner alone may read, with a secret that all instances share: they derive "
      "the key of cursors from it.",
      "made once, and kept in the store");
  table.path("step-keys", "FILE", DROPZONE_FIELD(step_keys),
             "A file of keys for the step hash, NAME = SECRET on each line; only its owner may "
             "read it.");
  table.list("cors-origin", "ORIGIN", DROPZONE_FIELD(cors_origins),
             "An origin whose pages may call this server from a browser, such as "
             "https://app.example.com. May be given several times.");
  table.parsed<std::vector<std::string>>(
      "base-path", "PATH", DROPZONE_FIELD(base_path), http::BasePathHandler::parse,
      "A path below which the server is found too, such as /dropzone: for a proxy that "
      "passes paths on as they come. One that cuts its prefix off needs no option.");
}

void add_oidc(Table& table) {
  table.heading("OpenID Connect");
  table.text("oidc-issuer", "URL", DROPZONE_FIELD(oidc.issuer),
             "Issuer URL of the OpenID Connect provider whose access tokens are accepted, spelled "
             "as in its tokens: its keys are found at URL/.well-known/openid-configuration. "
             "Requires --oidc-audience.");
  table.list("oidc-audience", "NAME", DROPZONE_FIELD(oidc.audiences),
             "The audience that a token must have: the provider's name for this server. May be "
             "given several times; one is enough.");
  table.text("oidc-roles-claim", "CLAIM", DROPZONE_FIELD(oidc_roles_claim),
             "The claim with the roles of a token's owner: an array, or words between blanks. "
             "Dots reach into objects, as in realm_access.roles.",
             "roles");
  table.list_of<auth::RoleNames>(
      "oidc-role", "WORD=ROLE", DROPZONE_FIELD(oidc_roles), parse_roles,
      "The role that a word of that claim stands for, such as loggers=write:measurements. May "
      "be given several times. Without it, the words themselves are roles.");
  table.duration("oidc-clock-skew", DROPZONE_FIELD(oidc.clock_skew),
                 "How far the provider's clock may be off.",
                 {.least = std::chrono::milliseconds(0), .most = std::chrono::minutes(5)});
  table.text("oidc-ca", "FILE", DROPZONE_FIELD(oidc.ca_file),
             "Certificate authorities as PEM to trust for the provider, not the system's.");
  table.text("console-oidc-client", "ID", DROPZONE_FIELD(api.console.client),
             "Offers single sign-on in the web console, which the provider knows by this name: a "
             "public client, for authorization code and PKCE.");
  table.text("console-oidc-scope", "WORDS", DROPZONE_FIELD(api.console.scope),
             "The scopes that the console asks for, with blanks between.", "openid");
}

void add_addresses(Table& table) {
  table.heading("Addresses and rates");
  table.list_of<Addresses>(
      "allow-from", "CIDR", DROPZONE_FIELD(addresses.allow), parse_addresses,
      "Addresses that are served, such as 10.0.0.0/8 or 2001:db8::/32; others are 403. May "
      "be given several times. Without it, all are.");
  table.list_of<Addresses>("deny-from", "CIDR", DROPZONE_FIELD(addresses.deny), parse_addresses,
                           "Addresses that are not served, whatever --allow-from says.");
  table.list_of<Addresses>("trusted-proxy", "CIDR", DROPZONE_FIELD(addresses.proxies),
                           parse_addresses,
                           "Proxies that are trusted to name the address of their client.");
  table.choice<http::ForwardedHeader>(
      "forwarded-header", "HEADER", DROPZONE_FIELD(addresses.header),
      {"x-forwarded-for", "forwarded"},
      "Where they name it: x-forwarded-for or forwarded (RFC 7239).");
  table.parsed<http::RateLimit>(
      "rate-limit", "RATE", DROPZONE_FIELD(rate), http::RateLimit::parse,
      "Requests of one user, key or token, such as 100/s, 6000/m or 10000/h; beyond: 429.");
  table.parsed<http::RateLimit>(
      "rate-limit-address", "RATE", DROPZONE_FIELD(address_rate), http::RateLimit::parse,
      "Requests of one address (of IPv6: of the first 64 bits), in the same form.");
}

void add_limits(Table& table) {
  table.heading("Limits of a request");
  table.size("max-body", DROPZONE_FIELD(api.max_body),
             "The largest body, as sent and unpacked; beyond: 413.",
             {.least = 1024, .most = std::size_t{1} << 30});
  table.count("max-records", DROPZONE_FIELD(api.max_records),
              "Records in one request; beyond: 413.", {.least = 1, .most = 1'000'000});
  table.count("max-nesting", DROPZONE_FIELD(api.max_depth),
              "Levels of objects and arrays in a record; a deeper one is refused.",
              {.least = 1, .most = kMaxNesting});
  table.count("max-values", DROPZONE_FIELD(api.max_values),
              "Values in one record, objects, arrays and their elements counted; one of more is "
              "refused.",
              {.least = 100, .most = 100'000'000});
  table.count("max-ids", DROPZONE_FIELD(api.max_ids), "Ids in one request; beyond: 413.",
              {.least = 1, .most = 100'000});
  table.count("default-limit", DROPZONE_FIELD(api.default_limit),
              "Records on a page if the request gives no limit.", {.least = 1, .most = 100'000});
  table.count("max-limit", DROPZONE_FIELD(api.max_limit),
              "Records on a page at most; larger limits are lowered to it.",
              {.least = 1, .most = 100'000});
  table.size("max-page", DROPZONE_FIELD(api.max_page_bytes),
             "Records on a page, in bytes: it ends after the record that reaches it. "
             "Also of records requested together by id; beyond: 413.",
             {.least = 1024, .most = std::size_t{1} << 30});
  table.size("max-url", DROPZONE_FIELD(server.max_target),
             "The longest path and query; beyond: 414.",
             {.least = 256, .most = std::size_t{1} << 20});
  table.size("max-head", DROPZONE_FIELD(server.max_head),
             "The largest request line with header fields; beyond: 431.",
             {.least = 1024, .most = std::size_t{1} << 20});
}

void add_connections(Table& table) {
  table.heading("Connections and work");
  table.count("max-connections", DROPZONE_FIELD(server.max_connections),
              "Connections at a time; beyond: 503.", {.least = 1, .most = 1'000'000});
  table.count(
      "max-connections-by-address", DROPZONE_FIELD(server.max_connections_by_address),
      "Connections of one address (of IPv6: of the first 64 bits) at a time; beyond: 429. 0: "
      "no limit. Not for --trusted-proxy's addresses.",
      {.least = 0, .most = 1'000'000});
  table.count("max-pipelined", DROPZONE_FIELD(server.max_pipelined),
              "Unanswered requests on one connection; more are not read yet.",
              {.least = 1, .most = 10'000});
  table.size("max-buffered-answers", DROPZONE_FIELD(server.max_buffered_answers),
             "Unsent answers of one connection, beyond which its requests are not read.", kAnySize);
  table.size("max-bodies", DROPZONE_FIELD(server.max_bodies_total),
             "Memory of all requests together: bodies as received, unpacked and decoded, "
             "records that pipelines make, answers that wait to be sent; beyond: 503.",
             kAnySize);
  table.count("io-threads", DROPZONE_FIELD(server.io_threads),
              "Threads that read requests and send answers.", {.least = 1, .most = 256});
  table.count("workers", DROPZONE_FIELD(workers), "Threads that wait for the store.",
              {.least = 1, .most = 4'096});
  table.count("queue", DROPZONE_FIELD(queue), "Requests that wait for a worker; beyond: 503.",
              {.least = 1, .most = 1'000'000});
  table.on_off("compress", DROPZONE_FIELD(server.compress),
               "Compresses answers with gzip for clients that accept it.");
}

void add_datastore(Table& table) {
  table.heading("Google Datastore");
  table.size("datastore-commit-bytes", DROPZONE_FIELD(datastore.commit_bytes),
             "Bytes of one commit at most; on the emulator never more than 3.5 MiB.",
             {.least = std::size_t{64} << 10, .most = std::size_t{10} << 20});
  table.count("datastore-commits", DROPZONE_FIELD(datastore.commits),
              "Commits of one request that are under way at a time.", {.least = 1, .most = 64});
  table.count("datastore-scan-limit", DROPZONE_FIELD(datastore.scan_limit),
              "Entities that one request may read to answer what Datastore cannot decide alone; "
              "beyond: 400, scan_limit.",
              {.least = 100, .most = 10'000'000});
}

void add_times(Table& table) {
  table.heading("Time-outs");
  table.duration("header-timeout", DROPZONE_FIELD(server.header_timeout),
                 "From the first byte of a request to the end of its head; beyond: 408.");
  table.duration("body-timeout", DROPZONE_FIELD(server.body_timeout),
                 "Window for a body's average rate; below --min-rate: 408.");
  table.duration("request-timeout", DROPZONE_FIELD(server.handler_timeout),
                 "From the whole request to its answer; beyond: 503.");
  table.duration("write-timeout", DROPZONE_FIELD(server.write_timeout),
                 "Window for the rate at which clients take answers; below --min-rate: closed.");
  table.size("min-rate", DROPZONE_FIELD(server.min_rate),
             "Bytes a second, over a time-out, that a client must send of a body or take of an "
             "answer.",
             kAnySize);
  table.duration("idle-timeout", DROPZONE_FIELD(server.idle_timeout),
                 "Between two requests on a connection; then it is closed.");
  table.duration("shutdown-delay", DROPZONE_FIELD(shutdown_delay),
                 "After SIGTERM, how long /health/ready is 503 while all is served as before.",
                 kFromZero);
  table.duration("drain-timeout", DROPZONE_FIELD(drain_timeout),
                 "After that, how long requests that have begun may take to finish.");
}

void add_operations(Table& table) {
  table.heading("Operations");
  table.address("metrics-listen", DROPZONE_FIELD(metrics_listen),
                "Serves /metrics here as well, without credentials.");
  table.choice<log::LogLevel>(
      "log-level", "LEVEL", DROPZONE_FIELD(log_level), {"debug", "info", "warning", "error"},
      "The least severe lines that are logged: debug, info, warning or error.");
  table.choice<log::LogFormat>(
      "log-format", "FORMAT", DROPZONE_FIELD(log_format), {"auto", "text", "json"},
      "text, json (one object a line), or auto: text on a terminal, else json.");
  table.count("access-log", DROPZONE_FIELD(access_log),
              "Logs every Nth request that went well (0: none), and every one that did not.",
              {.least = 0, .most = 1'000'000});
  table.path("audit-log", "FILE", DROPZONE_FIELD(audit_log),
             "Audit log (JSON, one object a line): changes and denied requests; "
             "stderr: among the lines of the log. Opened again on SIGHUP.");
  table.on_off("audit-reads", DROPZONE_FIELD(audit_reads),
               "Writes read requests to the audit log, too.");
}

#undef DROPZONE_FIELD

config::OptionTableOf<Options> make_table() {
  Table table;
  add_service(table);
  add_tls(table);
  add_access(table);
  add_oidc(table);
  add_addresses(table);
  add_limits(table);
  add_connections(table);
  add_datastore(table);
  add_times(table);
  add_operations(table);
  return std::move(table).build();
}

}  // namespace

const config::OptionTableOf<Options>& option_table() {
  static const config::OptionTableOf<Options> table = make_table();
  return table;
}

}  // namespace dropzone::server
