#pragma once

#include "db/store_file.h"
#include "write/group_commit.h"

namespace dropzone::sqlite {

/// Commits only while the store's files are in place, and confirms only what is in them.
class WatchedTarget final : public CommitTarget {
 public:
  WatchedTarget(CommitTarget& inner, const StoreFile& file) : inner_(inner), file_(file) {}

  Result<void> begin() override {
    if (auto in_place = file_.check_in_place(); !in_place) return in_place;
    return inner_.begin();
  }
  Result<void> commit() override {
    auto committed = inner_.commit();
    return committed ? file_.check_in_place() : committed;
  }
  void roll_back() noexcept override { inner_.roll_back(); }

 private:
  CommitTarget& inner_;
  const StoreFile& file_;
};

}  // namespace dropzone::sqlite
