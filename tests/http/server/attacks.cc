#include "attacks.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "raw_client.h"

namespace dropzone::http::testing {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

// What a server that is hindered does not keep to; one that is merely busy does.
constexpr auto kPatience = 5s;

// The share of a CPU that a process uses when it is quietest: one that spins never is. What it
// still has to do for its clients may take seconds, under a sanitizer on a busy machine.
double quietest_cpu_share(int pid) {
  double least = 1e9;
  for (int i = 0; i < 20 && least > kQuiet; ++i) {
    const auto cpu_before = cpu_seconds(pid);
    const auto before = steady_clock::now();
    std::this_thread::sleep_for(300ms);
    const std::chrono::duration<double> elapsed = steady_clock::now() - before;
    least = std::min(least, (cpu_seconds(pid) - cpu_before) / elapsed.count());
  }
  return least;
}

// Has the attackers take their places, and measures the server the while.
template <typename TakePlaces>
Siege besiege(std::uint16_t port, int server_pid, TakePlaces take_places) {
  const auto attackers = take_places();
  std::this_thread::sleep_for(200ms);
  Siege siege;
  siege.others_served = others_are_served(port);
  siege.cpu_share = quietest_cpu_share(server_pid);
  return siege;
}

// One client leaves without its answer, the next one asks in the hope of its descriptor's number.
void abort_and_ask(std::uint16_t port, const std::string& prefix, int thread, int round,
                   std::chrono::milliseconds patience, NonceCount& count) {
  const auto nonce = std::to_string(thread) + "-" + std::to_string(round);
  ++count.asked;
  try {
    {
      RawClient leaving(port);
      leaving.try_send(get(prefix + "left-by-" + nonce));
      // Answers of other threads are caught on their way, so leave at every time around theirs.
      if (prefix == "/later/") std::this_thread::sleep_for(2ms + round % 64 * 32us);
      if (round % 4 == 0) leaving.reset();
    }
    RawClient asking(port);
    asking.set_patience(patience);
    asking.send(get("/nonce/" + nonce, "Connection: keep-alive\r\n"));
    const auto answer = asking.try_read_answer();
    if (!answer) {
      ++count.nothing;
    } else if (answer->body == nonce) {
      ++count.right;
    } else {
      ++count.wrong;
    }
  } catch (const std::runtime_error&) {
    ++count.nothing;
  }
}

}  // namespace

NonceCount abort_and_reuse_connections(std::uint16_t port, const std::string& prefix, int rounds,
                                       std::chrono::milliseconds patience) {
  constexpr int kThreads = 16;
  std::vector<NonceCount> counts(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      auto& count = counts[static_cast<std::size_t>(t)];
      for (int i = 0; i < rounds / kThreads && count.nothing < 10; ++i) {
        abort_and_ask(port, prefix, t, i, patience, count);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  NonceCount sum;
  for (const auto& count : counts) {
    sum.asked += count.asked;
    sum.right += count.right;
    sum.wrong += count.wrong;
    sum.nothing += count.nothing;
  }
  return sum;
}

int pipeline(std::uint16_t port, int count) {
  RawClient client(port);
  client.set_patience(kPatience);
  std::string requests;
  for (int i = 0; i < count; ++i) {
    requests += get("/nonce/" + std::to_string(i), "Connection: keep-alive\r\n");
  }
  client.send(requests);
  int answered = 0;
  try {
    while (answered < count && client.read_answer().body == std::to_string(answered)) ++answered;
  } catch (const std::runtime_error&) {  // the rest does not come
  }
  return answered;
}

bool others_are_served(std::uint16_t port, int tries) {
  for (int i = 0; i < tries; ++i) {
    try {
      RawClient client(port);
      client.set_patience(kPatience);
      client.send(get("/nonce/x", "Connection: keep-alive\r\n"));
      if (client.read_answer().body != "x") return false;
    } catch (const std::runtime_error&) {
      return false;
    }
  }
  return true;
}

Siege never_read(std::uint16_t port, int server_pid) {
  return besiege(port, server_pid, [&] {
    std::vector<RawClient> clients;
    for (int i = 0; i < 4; ++i) {
      clients.emplace_back(port, 4096);
      clients.back().send(get("/large", "Connection: keep-alive\r\n"));
    }
    return clients;
  });
}

Siege cut_inside_chunk_end(std::uint16_t port, int server_pid) {
  return besiege(port, server_pid, [&] {
    std::vector<RawClient> clients;
    for (int i = 0; i < 4; ++i) {
      clients.emplace_back(port);
      clients.back().send(
          "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r");
    }
    std::this_thread::sleep_for(50ms);
    for (auto& client : clients) client.try_send("\n0\r\n\r\n");
    return clients;
  });
}

Siege endless_request_line(std::uint16_t port, int server_pid) {
  return besiege(port, server_pid, [&] {
    std::vector<RawClient> clients;
    for (int i = 0; i < 2; ++i) {
      clients.emplace_back(port);
      clients.back().set_patience(200ms);
      try {
        clients.back().try_send(std::string(4'000'000, 'a'));
      } catch (const std::runtime_error&) {  // it takes no more, which is all right
      }
    }
    return clients;
  });
}

bool body_becomes_requests(std::uint16_t port) {
  RawClient client(port);
  client.set_patience(kPatience);
  std::string smuggled;
  while (smuggled.size() < 40'000'000) {
    smuggled.resize(smuggled.size() + 16'384 - get("/nonce/smuggled").size(), ' ');
    smuggled += get("/nonce/smuggled");
  }
  std::string seen;
  try {
    client.try_send("POST /echo HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nContent-Length: " +
                    std::to_string(smuggled.size()) + "\r\n\r\n" + smuggled);
    for (auto bytes = client.read_some(1 << 20); !bytes.empty() && seen.size() < 10'000'000;
         bytes = client.read_some(1 << 20)) {
      seen += bytes;
    }
  } catch (const std::runtime_error&) {  // it does not take it all, which is all right
  }
  const auto first = seen.find("HTTP/1.1 ");
  return first != std::string::npos && seen.find("HTTP/1.1 ", first + 1) != std::string::npos;
}

double cpu_seconds(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace dropzone::http::testing
