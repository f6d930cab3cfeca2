// A server on Pistache as its documentation has it, for the tests that show what one client can do
// to such a one. Nothing of it is part of the product. Prints its port; ends after a minute.
#include <chrono>
#include <iostream>
#include <thread>

#include <pistache/endpoint.h>

namespace {

using namespace Pistache;  // NOLINT: as its documentation has it

class NaiveHandler : public Http::Handler {
 public:
  HTTP_PROTOTYPE(NaiveHandler)

  void onRequest(const Http::Request& request, Http::ResponseWriter response) override {
    const auto& path = request.resource();
    response.headers().remove<Http::Header::Connection>();
    response.headers().add<Http::Header::Connection>(Http::ConnectionControl::KeepAlive);
    if (path.rfind("/later/", 0) == 0) {
      std::thread([response = std::move(response), nonce = path.substr(7)]() mutable {
        std::this_thread::sleep_for(std::chrono::milliseconds(3));
        response.send(Http::Code::Ok, nonce);
      }).detach();
    } else if (path == "/large") {
      response.send(Http::Code::Ok, std::string(64 << 20, 'x'));
    } else if (path.rfind("/nonce/", 0) == 0) {
      std::this_thread::sleep_for(std::chrono::microseconds(500));
      response.send(Http::Code::Ok, path.substr(7));
    } else {
      response.send(Http::Code::Ok, request.body());
    }
  }
};

}  // namespace

int main() {
  Http::Endpoint endpoint(Address(Ipv4::loopback(), Port(0)));
  endpoint.init(Http::Endpoint::options().threads(2).flags(Tcp::Options::ReuseAddr));
  endpoint.setHandler(Http::make_handler<NaiveHandler>());
  endpoint.serveThreaded();
  std::cout << endpoint.getPort().toString() << std::endl;
  std::this_thread::sleep_for(std::chrono::minutes(1));
  std::quick_exit(0);
}
