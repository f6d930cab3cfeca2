// A bare Pistache handler: reads the whole body and answers a constant from memory.
//
//   bare_pistache PORT THREADS ANSWER_FILE
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include <pistache/endpoint.h>
#include <pistache/http.h>

namespace {

constexpr std::size_t kMaxRequest = 64 * 1024 * 1024;

class Constant final : public Pistache::Http::Handler {
 public:
  HTTP_PROTOTYPE(Constant)
  explicit Constant(std::string answer) : answer_(std::move(answer)) {}

  void onRequest(const Pistache::Http::Request& request,
                 Pistache::Http::ResponseWriter response) override {
    bytes_ += request.body().size();
    // Pistache says "Connection: Close" of itself if the client names none.
    response.headers().remove<Pistache::Http::Header::Connection>();
    response.headers().add<Pistache::Http::Header::Connection>(
        Pistache::Http::ConnectionControl::KeepAlive);
    response.headers().add<Pistache::Http::Header::ContentType>(MIME(Application, Json));
    response.send(Pistache::Http::Code::Ok, answer_);
  }

 private:
  std::string answer_;
  std::size_t bytes_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return std::cerr << "usage: bare_pistache PORT THREADS ANSWER_FILE\n", 2;
  std::ifstream file(argv[3]);
  std::string answer{std::istreambuf_iterator<char>(file), {}};
  Pistache::Http::Endpoint server(
      {"127.0.0.1", Pistache::Port(static_cast<std::uint16_t>(std::stoi(argv[1])))});
  server.init(Pistache::Http::Endpoint::options()
                  .threads(std::stoi(argv[2]))
                  .flags(Pistache::Tcp::Options::ReuseAddr)
                  .maxRequestSize(kMaxRequest));
  server.setHandler(Pistache::Http::make_handler<Constant>(std::move(answer)));
  server.serve();
}
