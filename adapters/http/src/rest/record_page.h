#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/call/call_options.h>
#include <dropzone/json/record_text.h>
#include <dropzone/store/record_repository.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/value/json_pointer.h>

#include "message/text_room.h"
#include "rest/parameters.h"
#include "rest/warnings.h"

namespace dropzone::http {

/// The text of an answer that grows record by record, on the account of its call.
class PageText {
 public:
  /// Both must outlive it. `most` is what records may have on a page, in bytes.
  PageText(std::string_view begin, std::size_t most, const CallOptions& options)
      : most_(most + most / 8), options_(options) {
    constexpr std::size_t kUsualBytes = std::size_t{16} << 10;
    text_.reserve(kUsualBytes);
    text_ += begin;
  }

  /// Makes room for a record of so many bytes. False, from then on, if there is no memory for
  /// it: nothing more should be appended.
  bool make_room(std::size_t bytes) {
    constexpr std::size_t kFrame = 512;  // Of a record: its names, its meta.
    const std::size_t needed = text_.size() + bytes + kFrame;
    if (lacking_ || !charge(needed)) return false;
    http::make_room(text_, bytes + kFrame, most_);
    return true;
  }

  /// `overloaded` if make_room() failed.
  [[nodiscard]] Result<void> check() const {
    if (lacking_) return *lacking_;
    return {};
  }

  [[nodiscard]] std::string& text() noexcept { return text_; }

 private:
  bool charge(std::size_t needed) {
    constexpr std::size_t kStep = std::size_t{64} << 10;  // The first is nobody's.
    if (needed <= charged_ + kStep) return true;
    const std::size_t more = (needed - charged_ - 1) / kStep * kStep;
    if (auto held = options_.charge(more); !held) {
      lacking_ = std::move(held).error();
      return false;
    }
    charged_ += more;
    return true;
  }

  std::string text_;
  const std::size_t most_;
  const CallOptions& options_;
  std::size_t charged_ = 0;
  std::optional<Error> lacking_;
};

/// What a record takes if it is shown so. An original as a string may need an escape for every
/// other of its characters.
[[nodiscard]] inline std::size_t bytes_of(const RecordView& view,
                                          const RecordParts& shown) noexcept {
  return view.bytes() + (shown.original == json::OriginalForm::text ? view.original.size() : 0);
}

/// Which of the fields that were asked for some record has.
class FieldsMet {
 public:
  /// `fields` must outlive it.
  explicit FieldsMet(const std::vector<FieldPath>& fields) : fields_(fields), met_(fields.size()) {}

  /// `field` is one of the fields.
  void note(const FieldPath& field) {
    met_[static_cast<std::size_t>(&field - fields_.data())] = true;
  }

  /// The places of those that no record had: neither the field nor one that it is inside, if that
  /// was asked for, too.
  [[nodiscard]] std::vector<std::size_t> absent() const {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < met_.size(); ++i) {
      if (!met_[i] && !fields_[i].is_id() && !is_met_within(fields_[i])) places.push_back(i);
    }
    return places;
  }

 private:
  [[nodiscard]] bool is_met_within(const FieldPath& field) const {
    for (std::size_t i = 0; i < met_.size(); ++i) {
      const auto& outer = fields_[i].parts();
      if (met_[i] && outer.size() < field.parts().size() &&
          std::equal(outer.begin(), outer.end(), field.parts().begin())) {
        return true;
      }
    }
    return false;
  }

  const std::vector<FieldPath>& fields_;
  std::vector<bool> met_;  ///< By field.
};

/// Writes records into a JSON array as a repository shows them.
class RecordArray {
 public:
  /// Both must outlive it; appends to `page`.
  RecordArray(PageText& page, const RecordParts& shown)
      : page_(page), shown_(shown), met_(shown.fields) {
    page_.text() += '[';
  }

  void append(const RecordView& view) {
    if (!page_.make_room(bytes_of(view, shown_))) return;
    if (!first_) page_.text() += ',';
    first_ = false;
    json::append_record(page_.text(), view,
                        {.original = shown_.original,
                         .meta = shown_.meta,
                         .fields = shown_.fields,
                         .on_field = [this](const FieldPath& field) { met_.note(field); }});
  }
  /// Warns of requested fields that no record of the page has. `pointer` is where
  /// they are in the body, empty if they are not from it.
  void warn(Warnings& warnings, const std::string& pointer) const {
    if (first_) return;
    for (const std::size_t i : met_.absent()) {
      warnings.add(
          "absent_field", pointer.empty() ? pointer : pointer_to(pointer, i),
          "No record on this page has the field " + in_quotes(shown_.fields[i].name()) + ".");
    }
  }

  [[nodiscard]] bool empty() const noexcept { return first_; }
  /// Ends the array. `overloaded` if there was no memory for all of it.
  Result<void> close() {
    page_.text() += ']';
    return page_.check();
  }

 private:
  PageText& page_;
  const RecordParts& shown_;
  FieldsMet met_;
  bool first_ = true;
};

/// What must be read for an answer that shows this.
[[nodiscard]] inline Projection projection_of(const RecordParts& shown) {
  return {.original = shown.original != json::OriginalForm::none, .meta = shown.meta, .data = true};
}

}  // namespace dropzone::http
