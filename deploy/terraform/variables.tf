variable "project" {
  description = "The Google Cloud project."
  type        = string
}

variable "region" {
  description = "Where the service and its database run."
  type        = string
  default     = "europe-west1"
}

variable "database" {
  description = "The database; (default) is what the manifests use."
  type        = string
  default     = "(default)"
}

variable "service" {
  description = "The name of the Cloud Run service."
  type        = string
  default     = "dropzone"
}

variable "public" {
  description = "Whether everybody may call the Cloud Run service, and the server alone asks for credentials. The service must be there: for the apply after the first release."
  type        = bool
  default     = false
}

variable "domain" {
  description = "A domain of your own for Cloud Run, such as dropzone.example.com, which gets a load balancer. Needs public."
  type        = string
  default     = ""
}

variable "alert_email" {
  description = "Who is told when the service on Cloud Run answers 5xx. Without it, nobody is."
  type        = string
  default     = ""
}

variable "kubernetes" {
  description = "Whether there is a cluster of Google Kubernetes Engine for deploy/gke."
  type        = bool
  default     = false
}

variable "app_engine" {
  description = "Whether the project gets an App Engine application, which cannot be removed again."
  type        = bool
  default     = false
}

variable "app_engine_location" {
  description = "Where App Engine runs, by its own names: europe-west is the region europe-west1."
  type        = string
  default     = "europe-west"
}

variable "repository" {
  description = "The repository whose pushes are released, as the id of its Cloud Build connection: projects/…/locations/…/connections/…/repositories/… Without it there is no trigger."
  type        = string
  default     = ""
}

variable "release" {
  description = "Which script of deploy/scripts releases a push: release-cloud-run or release-app-engine."
  type        = string
  default     = "release-cloud-run"
}

variable "user_version" {
  description = "The version of the secret dropzone-user that pushes are released with."
  type        = string
  default     = "1"
}

variable "password_version" {
  description = "The version of the secret dropzone-password that pushes are released with."
  type        = string
  default     = "1"
}

variable "canary_requests" {
  description = "How many requests a canary must have had at least; 0 for a service with few users."
  type        = string
  default     = "1"
}

variable "branch" {
  description = "The branch whose pushes are released, as a regular expression."
  type        = string
  default     = "^main$"
}
