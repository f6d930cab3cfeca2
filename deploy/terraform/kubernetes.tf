# A cluster for deploy/gke, with var.kubernetes: Autopilot, which has Workload Identity and enforces
# network policies by itself.
locals {
  clusters = toset(var.kubernetes ? ["dropzone"] : [])
}

# What the nodes run as: they fetch images and write logs.
resource "google_service_account" "nodes" {
  for_each     = local.clusters
  account_id   = "dropzone-nodes"
  display_name = "Data Dropzone, nodes of the cluster"
  depends_on   = [google_project_service.api]
}

resource "google_project_iam_member" "nodes" {
  for_each = local.clusters
  project  = var.project
  role     = "roles/container.defaultNodeServiceAccount"
  member   = google_service_account.nodes[each.key].member
}

resource "google_artifact_registry_repository_iam_member" "nodes" {
  for_each   = local.clusters
  location   = google_artifact_registry_repository.images.location
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.reader"
  member     = google_service_account.nodes[each.key].member
}

resource "google_container_cluster" "service" {
  for_each         = local.clusters
  name             = each.key
  location         = var.region
  enable_autopilot = true
  cluster_autoscaling {
    auto_provisioning_defaults {
      service_account = google_service_account.nodes[each.key].email
      oauth_scopes    = ["https://www.googleapis.com/auth/cloud-platform"]
    }
  }
  depends_on = [google_project_iam_member.nodes, google_artifact_registry_repository_iam_member.nodes]
}

# The pods of the service account `dropzone` in the namespace `dropzone` are the server's account. The
# identity pool that is named here comes with the first cluster.
resource "google_service_account_iam_member" "pods_are_server" {
  for_each           = local.clusters
  service_account_id = google_service_account.server.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "serviceAccount:${var.project}.svc.id.goog[dropzone/dropzone]"
  depends_on         = [google_container_cluster.service]
}

# Where deploy/gke/ingress.yaml listens.
resource "google_compute_global_address" "kubernetes" {
  for_each   = local.clusters
  name       = "dropzone-gke"
  depends_on = [google_project_service.api]
}

output "kubernetes_address" {
  description = "Where the domain's A record has to point."
  value       = [for address in google_compute_global_address.kubernetes : address.address]
}
