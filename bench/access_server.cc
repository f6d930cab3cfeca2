// The API over a SQLite file as the server has it, with its authentication or without any: what is
// between the two is what authentication costs.
//
//   access_server guarded|open HOST:PORT FILE KINDS
#include <csignal>
#include <exception>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <dropzone/auth/auth_stack.h>
#include <dropzone/crypto/cursor_sealer.h>
#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/files/kind_files.h>
#include <dropzone/http/rest/api.h>
#include <dropzone/http/server/server.h>
#include <dropzone/sqlite/sqlite_record_repository.h>
#include <dropzone/store/drop_zone.h>

namespace dropzone {
namespace {

/// Lets everybody in as one who may do everything, without a look at what they sent.
class AllowAll final : public http::Authenticator {
 public:
  std::optional<Result<Principal>> recognise(const http::Request&) override {
    return Result(Principal{"bench", Grants::all()});
  }
  Result<Principal> authenticate(const http::Request&) override {
    return Principal{"bench", Grants::all()};
  }
  [[nodiscard]] std::uint64_t revocations() const noexcept override { return 0; }
};

template <typename T>
T or_end(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().detail);
  return *std::move(result);
}

void serve(bool guarded, const std::string& address, const std::string& file,
           const std::string& kinds) {
  sigset_t end;
  ::sigemptyset(&end);
  ::sigaddset(&end, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &end, nullptr);

  const StepRegistry steps = StepRegistry::with_core_steps();
  KindCatalog catalog = or_end(files::load_kinds(kinds, "records", steps));
  SystemClock clock;
  RandomIdSource ids;
  crypto::OpensslDigest digest;
  const crypto::CursorSealer cursors(std::string(32, 'k'));
  sqlite::SqliteOptions options;
  options.path = file;
  options.kinds = catalog.kinds();
  const auto repository = or_end(sqlite::SqliteRecordRepository::open(options));

  auth::AuthStack auth(*repository, clock, ids);
  auth.users.set_first("bench", "bench-password");
  AllowAll allow_all;

  DropZone zone({.repository = *repository, .clock = clock, .ids = ids, .digest = &digest},
                std::move(catalog));
  http::WorkerPool workers(64, 1'024);
  http::Authenticator& authenticator =
      guarded ? static_cast<http::Authenticator&>(auth.router) : allow_all;
  http::Api api({.zone = zone,
                 .cursors = cursors,
                 .authenticator = authenticator,
                 .workers = workers,
                 .steps = steps,
                 .keys = &auth.keys,
                 .tokens = &auth.tokens},
                {.local_store = true});
  const auto server = or_end(http::Server::start({.address = address}, api));
  int signal = 0;
  ::sigwait(&end, &signal);
  workers.stop();
}

}  // namespace
}  // namespace dropzone

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  try {
    dropzone::serve(std::string_view(argv[1]) == "guarded", argv[2], argv[3], argv[4]);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
