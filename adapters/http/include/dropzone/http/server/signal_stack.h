#pragma once

#include <memory>

namespace dropzone::http {

/// A stack on which this thread's signal handlers run, so that they can also report an overflow of
/// the thread's own. Lives on the thread that made it, until that is done. A thread that has such a
/// stack already keeps it.
class SignalStack {
 public:
  SignalStack();
  ~SignalStack();
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;

 private:
  std::unique_ptr<char[]> memory_;  // Null: not ours.
};

}  // namespace dropzone::http
