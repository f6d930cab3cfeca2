#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include <dropzone/call/call_options.h>
#include <dropzone/kind/kind.h>
#include <dropzone/mutex.h>
#include <dropzone/result.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/value/digest.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// A key that a client gives to a request, so that repetitions are recognised.
struct IdempotencyKey {
  std::string text;
  Sha256 fingerprint = {};  ///< Of everything in the request that matters.
};

struct KeyedReport {
  StoreReport report;
  bool replayed = false;  ///< All had been stored before; this call has stored nothing.
};

/// Stores requests under keys, each once, however often it is sent.
///
/// The first transaction of a request writes a receipt under an id that is a hash of the principal
/// and the key; the following ones write receipts that continue it. A request that was stored in
/// part is carried on where its receipts end. Two that are carried out at the same time, on
/// different instances, meet each other's receipts: a transaction is done by one of them. Receipts
/// are kept for kIdempotencyRetention; then a key is new again. docs/adr/0028 has the reasons.
/// Thread-safe.
class IdempotentStore {
 public:
  struct Ports {
    DropZone& zone;  ///< Precondition: its ports have a digest.
    /// Reads JSON text.
    std::function<Result<Value>(std::string_view)> decode;
    /// A version of a kind that may be deployed no more; `not_found`. May be null.
    std::function<Result<std::shared_ptr<const Kind>>(std::string_view kind, std::int64_t version,
                                                      const CallOptions&)>
        past_kind = nullptr;
  };

  explicit IdempotentStore(Ports ports) : ports_(std::move(ports)) {}

  /// DropZone::store() under a key of `options.principal`. A repetition of a request that was
  /// stored gets the same report: its data are made of the same bytes again, by the version of the
  /// kind that made the records.
  /// - `idempotency_mismatch`: another request has been stored under the key.
  /// - `idempotency_in_progress`: the request is being carried out elsewhere.
  Result<KeyedReport> store(StoreRequest request, const IdempotencyKey& key,
                            const CallOptions& options);

 private:
  struct Account;
  class Ledger;
  class Turn;

  Result<Account> read_account(const std::string& id, const CallOptions& options) const;
  Result<bool> read_entry(const std::string& id, Account& account,
                          const CallOptions& options) const;
  Result<std::shared_ptr<const Kind>> kind_of(const std::string& kind, const Account& account,
                                              const CallOptions& options) const;

  const Ports ports_;
  Mutex mutex_;
  std::set<std::string> under_way_ DROPZONE_GUARDED_BY(mutex_);  ///< Ids of first receipts.
};

}  // namespace dropzone
