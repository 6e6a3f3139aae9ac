# A qcow2 that is built, gets its hints, and is published only if it would be started as it was built.
# The source stands for your qemu builder: with `efi_boot = true` it builds for uefi, otherwise for bios.
#
#   packer build -var image=base.qcow2 -var firmware=bios -var hints=hints.json example.pkr.hcl

variable "image" {
  type = string
}

variable "firmware" {
  type    = string
  default = "bios"
}

variable "hints" {
  type    = string
  default = ""
}

variable "output" {
  type    = string
  default = "appliance.qcow2"
}

source "file" "appliance" {
  source = var.image
  target = var.output
}

build {
  sources = ["source.file.appliance"]

  post-processor "shell-local" {
    environment_vars = [
      "VM_IMPORT_HINTS=${var.hints}",
      "VM_IMPORT_FIRMWARE=${var.firmware}",
      "IMAGE=${var.output}",
    ]
    # in the environment, not in the line: a shell reads the line
    inline = ["\"${path.root}/publish-image\" \"$IMAGE\""]
  }
}
