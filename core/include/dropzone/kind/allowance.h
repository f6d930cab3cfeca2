#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include <dropzone/call/call_options.h>
#include <dropzone/call/memory_meter.h>
#include <dropzone/call/watch.h>
#include <dropzone/error.h>
#include <dropzone/result.h>
#include <dropzone/value/extent.h>
#include <dropzone/value/field_path.h>
#include <dropzone/value/limits.h>

namespace dropzone {

/// The memory and time that the pipelines of one request may use. Not thread-safe.
///
/// Each record has its own limits; new values are also charged to the request's memory account,
/// and stay charged until give_back() or the end of the request.
class Allowance {
 public:
  /// The options must outlive it.
  explicit Allowance(const RecordLimits& limits, const CallOptions& options = without_bounds())
      : limits_(limits), options_(options), watch_(&options), meter_(options.memory.get()) {}

  /// Starts with another record.
  void next_record() noexcept { made_ = 0; }

  /// Whether the caller may put this value at this field, which it then does: `too_deep`,
  /// `record_too_large`, both with the field's pointer, and `overloaded` if there is no memory.
  Result<void> make(const FieldPath& field, const Extent& value);

  /// The same for a value that is to be at so many levels; the errors have no pointer.
  Result<void> make_at(std::size_t depth, const Extent& value);

  /// Whether a value may be made that is not put anywhere, such as a copy of the record.
  Result<void> make(const Extent& value);

  /// While it lives, fields are those of an object that is so many levels inside the record.
  class Deeper {
   public:
    Deeper(Allowance& allowance, std::size_t levels) : allowance_(allowance), levels_(levels) {
      allowance_.outside_ += levels_;
    }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    ~Deeper() { allowance_.outside_ -= levels_; }

   private:
    Allowance& allowance_;
    std::size_t levels_;
  };

  /// Holds bytes made in addition to the record's values, such as its text. False if there is
  /// no memory: see exhausted().
  [[nodiscard]] bool hold(std::size_t bytes) { return meter_.add(bytes); }
  /// Releases some of it.
  void release(std::size_t bytes) noexcept { meter_.remove(bytes); }

  /// Whether the request's time is up, after so many units of work: see Watch.
  [[nodiscard]] bool is_over(std::size_t work) noexcept { return watch_.is_over(work); }

  /// Counts the work of what takes long within one step.
  [[nodiscard]] Watch& watch() noexcept { return watch_; }

  /// Why no further record of the request can be transformed: it is too late, or
  /// there is no memory. The refusal of a single record is not a reason.
  [[nodiscard]] std::optional<Error> exhausted() const;

  /// Charges what has not been charged yet. Call it at the end.
  void settle() { meter_.settle(); }
  /// Releases everything.
  void give_back() noexcept { meter_.give_back(); }

  [[nodiscard]] const RecordLimits& limits() const noexcept { return limits_; }

 private:
  [[nodiscard]] bool is_too_deep(std::size_t levels) const noexcept {
    return outside_ + levels > limits_.max_depth;
  }
  [[nodiscard]] Error too_deep(std::string what, std::string pointer) const;
  Result<void> charge(std::size_t bytes, const FieldPath* field);
  static const CallOptions& without_bounds() noexcept;

  RecordLimits limits_;
  const CallOptions& options_;
  Watch watch_;
  MemoryMeter meter_;
  std::size_t made_ = 0;
  std::size_t outside_ = 0;  ///< Levels around the object that steps are applied to.
};

}  // namespace dropzone
