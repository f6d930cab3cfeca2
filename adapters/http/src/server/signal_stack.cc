#include <dropzone/http/server/signal_stack.h>

#include <csignal>
#include <cstddef>

namespace dropzone::http {
namespace {

constexpr std::size_t kBytes = std::size_t{64} << 10;

}  // namespace

SignalStack::SignalStack() {
  stack_t present{};
  if (::sigaltstack(nullptr, &present) != 0 || (present.ss_flags & SS_DISABLE) == 0) return;
  memory_ = std::make_unique_for_overwrite<char[]>(kBytes);
  stack_t own{};
  own.ss_sp = memory_.get();
  own.ss_size = kBytes;
  if (::sigaltstack(&own, nullptr) != 0) memory_.reset();
}

SignalStack::~SignalStack() {
  if (!memory_) return;
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  ::sigaltstack(&none, nullptr);
}

}  // namespace dropzone::http
