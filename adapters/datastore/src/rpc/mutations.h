#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dropzone::datastore {

/// What a commit is to do, as the elements of its JSON array.
class Mutations {
 public:
  /// `operation` is "insert", "update" or "delete"; `content` the entity, or the key. With a base
  /// version, the whole commit fails with FAILED_PRECONDITION if the entity has another.
  void add(std::string_view operation, std::string_view content,
           std::string_view base_version = {}) {
    if (size_++ > 0) json_ += ',';
    json_ += "{\"";
    json_ += operation;
    json_ += "\":";
    json_ += content;
    if (!base_version.empty()) {
      json_ += ",\"baseVersion\":\"";
      json_ += base_version;
      json_ += "\",\"conflictResolutionStrategy\":\"FAIL\"";
    }
    json_ += '}';
  }

  [[nodiscard]] const std::string& json() const noexcept { return json_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

 private:
  std::string json_;
  std::size_t size_ = 0;
};

}  // namespace dropzone::datastore
