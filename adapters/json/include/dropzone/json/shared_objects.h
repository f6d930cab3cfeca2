#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/result.h>
#include <dropzone/store/clock.h>
#include <dropzone/store/id_source.h>
#include <dropzone/store/record_repository.h>
#include <dropzone/value/value.h>

namespace dropzone::json {

/// Objects that all instances over the same data share, kept in the repository next to the records,
/// in a kind of the server's own, which no request can reach. Thread-safe. Failures are those of
/// the repository.
class SharedObjects {
 public:
  /// All must outlive this object. The kind's name begins with `_dropzone`.
  SharedObjects(RecordRepository& repository, Clock& clock, IdSource& ids, std::string kind)
      : repository_(repository), clock_(clock), ids_(ids), kind_(std::move(kind)) {}

  struct Found {
    std::string id;
    Object object;
    std::string version;
  };

  Result<std::optional<Found>> find(const std::string& id, const CallOptions& options);
  /// The existing objects of these ids, in no order.
  Result<std::vector<Found>> find_all(const std::vector<std::string>& ids,
                                      const CallOptions& options);
  Result<std::vector<Found>> list(const CallOptions& options);

  struct Page {
    std::vector<Found> objects;
    std::optional<Position> next;  ///< Where the next page begins, if there is one.
  };
  Result<Page> page(std::optional<Position> after, const CallOptions& options);

  /// False if the id exists.
  Result<bool> insert(const std::string& id, Object object, const CallOptions& options);
  /// False if the object has changed since it was found, or is gone.
  Result<bool> replace(const Found& found, Object object, const CallOptions& options);
  /// False if it does not exist.
  Result<bool> erase(const std::string& id, const CallOptions& options);
  /// False if it has changed since it was found, or is gone.
  Result<bool> erase(const Found& found, const CallOptions& options);

 private:
  Result<bool> write(const std::string& id, Object object, std::optional<std::string> version,
                     const CallOptions& options);
  Result<bool> erase_one(Erase erase, const CallOptions& options);

  RecordRepository& repository_;
  Clock& clock_;
  IdSource& ids_;
  const std::string kind_;
};

}  // namespace dropzone::json
