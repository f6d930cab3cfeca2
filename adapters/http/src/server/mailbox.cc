#include "server/mailbox.h"

#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>

namespace dropzone::http {
namespace {

thread_local const Mailbox* current_mailbox = nullptr;

}  // namespace

Mailbox::Mailbox() : wakeup_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!wakeup_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void Mailbox::post(Task task) {
  {
    const MutexLock lock(mutex_);
    if (closed_) return;
    tasks_.push_back(std::move(task));
    if (tasks_.size() > 1) return;  // the owner has been woken
  }
  ::eventfd_write(wakeup_.get(), 1);
}

void Mailbox::run() {
  eventfd_t count = 0;
  ::eventfd_read(wakeup_.get(), &count);
  {
    const MutexLock lock(mutex_);
    running_.swap(tasks_);
  }
  for (auto& task : running_) task();
  running_.clear();
}

void Mailbox::adopt_current_thread() noexcept { current_mailbox = this; }

bool Mailbox::is_current_thread() const noexcept { return current_mailbox == this; }

void Mailbox::close() {
  std::vector<Task> dropped;
  const MutexLock lock(mutex_);
  closed_ = true;
  dropped.swap(tasks_);
}

}  // namespace dropzone::http
