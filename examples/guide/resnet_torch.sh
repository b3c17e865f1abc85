# Installs torch and torchvision for the image, and what goes with them: resnet_torch.sh pip|debian INDEX
set -eu
case $1 in
pip)
    pip install --no-cache-dir --requirement /tmp/resnet-requirements.txt
    pip install --no-cache-dir --index-url "$2" torch==2.2.2 torchvision==0.17.2
    ;;
debian)
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-torchvision
    rm -rf /var/lib/apt/lists/*
    pip install --no-cache-dir --requirement /tmp/resnet-requirements.txt
    # Behind the packages of Ray's environment: what both have is Ray's.
    site=$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    echo /usr/lib/python3/dist-packages >"$site/debian.pth"
    ;;
*)
    echo "TORCH_FROM is $1; say pip or debian" >&2
    exit 1
    ;;
esac
python -c 'import torchvision'
