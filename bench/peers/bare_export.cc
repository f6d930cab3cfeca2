// A bare loop over the file of a SQLite store, which writes the records of a kind to a socket, each
// a line of NDJSON: what an export does, without a server around it.
//
//   bare_export PORT FILE KIND
//
// Serves one connection after the other, and closes each after its answer: the records for
// GET /export, with their originals if the query says `original`; `{}` for anything else.
#include <sqlite3.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr std::size_t kPiece = 64 * 1024;

sqlite3* db = nullptr;

void check(int status) {
  if (status == SQLITE_OK || status == SQLITE_DONE || status == SQLITE_ROW) return;
  std::cerr << sqlite3_errmsg(db) << '\n';
  std::exit(1);
}

sqlite3_stmt* prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr));
  return statement;
}

std::string_view text(sqlite3_stmt* row, int column) {
  const void* bytes = sqlite3_column_blob(row, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
  return {static_cast<const char*>(bytes), size};
}

/// False if the client has gone.
bool send_all(int client, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

class Export {
 public:
  explicit Export(const std::string& kind)
      : records_(
            prepare("SELECT id, data, timestamps, row FROM " + table_of(kind) + " ORDER BY id")),
        original_(prepare("SELECT original FROM originals WHERE row = ?1")) {}

  void write_to(int client, bool with_originals) {
    std::string out =
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\n\r\n";
    std::uint64_t count = 0;
    for (check(sqlite3_reset(records_)); sqlite3_step(records_) == SQLITE_ROW; ++count) {
      append_record(out, with_originals);
      if (out.size() < kPiece) continue;
      if (!send_all(client, out)) break;
      out.clear();
    }
    check(sqlite3_reset(records_));
    out += R"({"_export":{"complete":true,"records":)" + std::to_string(count) + "}}\n";
    send_all(client, out);
  }

 private:
  static std::string table_of(const std::string& kind) {
    sqlite3_stmt* number = prepare("SELECT kind FROM kinds WHERE name = ?1");
    check(sqlite3_bind_text(number, 1, kind.data(), static_cast<int>(kind.size()), SQLITE_STATIC));
    if (sqlite3_step(number) != SQLITE_ROW) {
      std::cerr << "there is no such kind\n";
      std::exit(1);
    }
    std::string table = "records_" + std::to_string(sqlite3_column_int64(number, 0));
    check(sqlite3_finalize(number));
    return table;
  }

  /// Its data are small and not empty, so that they are in its row.
  void append_record(std::string& out, bool with_original) {
    std::string_view data = text(records_, 1);
    data.remove_prefix(1);
    data.remove_suffix(1);
    out.append(R"({"_id":")").append(text(records_, 0)).append(R"(",)").append(data);
    if (with_original) {
      check(sqlite3_reset(original_));
      check(sqlite3_bind_int64(original_, 1, sqlite3_column_int64(records_, 3)));
      check(sqlite3_step(original_));
      out.append(R"(,"_original":)").append(text(original_, 0));
    }
    out += "}\n";
  }

  sqlite3_stmt* records_;
  sqlite3_stmt* original_;
};

/// Up to the empty line after the head.
std::string read_request(int client) {
  std::string request;
  char bytes[4'096];
  while (request.find("\r\n\r\n") == request.npos) {
    const auto count = ::recv(client, bytes, sizeof bytes, 0);
    if (count <= 0) break;
    request.append(bytes, static_cast<std::size_t>(count));
  }
  return request;
}

void serve(int client, Export& records) {
  const std::string request = read_request(client);
  const std::string line = request.substr(0, request.find('\r'));
  if (line.starts_with("GET /export")) {
    records.write_to(client, line.find("original") != line.npos);
  } else {
    send_all(client, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
  }
  ::close(client);
}

int listen_on(std::uint16_t port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener, 16) != 0) {
    std::cerr << "cannot listen\n";
    std::exit(1);
  }
  return listener;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return std::cerr << "usage: bare_export PORT FILE KIND\n", 2;
  check(sqlite3_open_v2(argv[2], &db, SQLITE_OPEN_READONLY, nullptr));
  Export records(argv[3]);
  const int listener = listen_on(static_cast<std::uint16_t>(std::stoi(argv[1])));
  for (int client; (client = ::accept(listener, nullptr, nullptr)) >= 0;) serve(client, records);
}
