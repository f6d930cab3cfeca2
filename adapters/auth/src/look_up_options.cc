#include "look_up_options.h"

#include <algorithm>
#include <chrono>

#include <dropzone/http/message/trace_context.h>

namespace dropzone::auth {
namespace {

constexpr std::chrono::seconds kLongestLookUp{5};

}  // namespace

CallOptions look_up_options(const http::Request& request) {
  CallOptions options(
      std::min(request.deadline, std::chrono::steady_clock::now() + kLongestLookUp));
  options.stop = request.stop;
  options.memory = request.memory;
  if (const auto trace = http::trace_context_of(request.headers)) {
    options.traceparent = http::to_traceparent(*trace);
  }
  return options;
}

}  // namespace dropzone::auth
