#include <dropzone/store/copy_report.h>

#include <algorithm>

#include <dropzone/text/hex.h>
#include <dropzone/text/in_quotes.h>

namespace dropzone {
namespace {

std::string tally_text(const Tally& tally) {
  return std::to_string(tally.records) + " records, checksum " + hex_of(tally.checksum);
}

void append_ids(std::string& out, const std::string& what, const IdList& ids) {
  if (ids.count == 0) return;
  out.append("  ").append(what).append(": ");
  for (std::size_t i = 0; i < ids.named.size(); ++i) {
    out.append(i == 0 ? "" : ", ").append(in_quotes(ids.named[i]));
  }
  if (ids.count > ids.named.size()) {
    out.append(" and ").append(std::to_string(ids.count - ids.named.size())).append(" more");
  }
  out += '\n';
}

void append_kind(std::string& out, const KindReport& report, const StoreNames& stores) {
  out.append(report.kind).append(": ");
  if (report.same()) {
    out.append("the same, ").append(tally_text(report.from));
  } else {
    out.append("DIFFERENT");
  }
  out.append("; ").append(std::to_string(report.stats.copied)).append(" copied, ");
  out.append(std::to_string(report.stats.present)).append(" were there\n");
  if (report.same()) return;
  out.append("  ").append(stores.from).append(": ").append(tally_text(report.from)).append("\n");
  out.append("  ").append(stores.to).append(": ").append(tally_text(report.to)).append("\n");
  append_ids(out, "only in " + stores.from, report.differences.only_source);
  append_ids(out, "only in " + stores.to, report.differences.only_target);
  append_ids(out, "in both, and not the same", report.differences.different);
  append_ids(out, "not taken by " + stores.to + " (" + report.stats.first_refusal.detail + ")",
             report.stats.refused);
}

}  // namespace

std::string copy_report(const std::vector<KindReport>& reports,
                        const std::vector<std::string>& left_out, const StoreNames& stores) {
  std::string text;
  for (const KindReport& report : reports) append_kind(text, report, stores);
  for (const std::string& kind : left_out) {
    text.append(kind).append(": left out; it has secrets, which --secrets copies\n");
  }
  const bool same = std::ranges::all_of(reports, &KindReport::same);
  text.append(stores.from).append(" and ").append(stores.to);
  text.append(same ? " have the same records.\n" : " DIFFER.\n");
  return text;
}

}  // namespace dropzone
