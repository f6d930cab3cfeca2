#include <utility>

#include <dropzone/store/drop_zone.h>
#include <dropzone/value/json_text.h>

#include "store/drop_zone/incoming.h"

namespace dropzone {
namespace {

Error too_large(std::size_t max_bytes) {
  return {ErrorCode::record_too_large,
          "A transformed record, with its trace if there is one, has more than " +
              std::to_string(max_bytes) + " bytes."};
}

/// The texts of a dry run, as far as they may grow.
class Texts {
 public:
  Texts(std::size_t max_bytes, Allowance& allowance) : room_(max_bytes), allowance_(allowance) {}

  /// Whether there is room for this one, too; it is accounted for.
  bool add(const std::string& text) {
    is_full_ = is_full_ || text.size() > room_;
    room_ -= is_full_ ? 0 : text.size();
    return !is_full_ && allowance_.hold(text.capacity());
  }
  [[nodiscard]] bool is_full() const noexcept { return is_full_; }

 private:
  std::size_t room_;
  Allowance& allowance_;
  bool is_full_ = false;
};

Result<TransformResult> run(const Kind& kind, Result<Object> object, const DryRun& how,
                            const StepContext& context) {
  Allowance& allowance = context.allowance;
  TransformResult result;
  if (!object) {
    result.record = std::move(object).error();
    return result;
  }
  Texts texts(how.max_bytes, allowance);
  const Pipeline::Trace note = [&](const Pipeline::Stage& stage) {
    if (texts.is_full()) return;
    std::string text = to_json(stage.after);
    if (!texts.add(text)) return;
    result.trace.push_back(kept_stage(stage, std::move(text)));
  };
  auto admitted = admit(kind, *std::move(object), context, how.trace ? note : nullptr);
  if (auto error = allowance.exhausted()) return *std::move(error);
  if (admitted) {
    texts.add(admitted->data_json);
    result.record = std::move(admitted->data_json);
  } else {
    result.record = std::move(admitted).error();
  }
  if (texts.is_full()) return too_large(how.max_bytes);
  return result;
}

}  // namespace

Result<TransformResult> DropZone::transform(const Kind& kind, Result<Object> object,
                                            const DryRun& how, const CallOptions& options) const {
  if (options.is_over()) return deadline_exceeded();
  Allowance allowance(limits_, options);
  const Received received =
      how.received.value_or(Received{.at = ports_.clock.now(), .by = options.principal});
  auto result = run(kind, std::move(object), how, {allowance, received});
  allowance.give_back();
  return result;
}

}  // namespace dropzone
