import type { Make } from './resource.ts';

const makeSubnet: Make = ({ properties, id }, { network }) => {
  const ref = `subnet-${id(17)}`;
  network.addSubnet(ref, properties.text('VpcId'));
  properties.ignore('AvailabilityZone', 'CidrBlock', 'Ipv6CidrBlock', 'AssignIpv6AddressOnCreation');
  properties.ignore('MapPublicIpOnLaunch', 'Tags');
  return { ref };
};

const makeAssociation: Make = ({ properties, id }, { network }) => {
  network.associate(properties.text('SubnetId'), properties.text('RouteTableId'));
  return { ref: `rtbassoc-${id(17)}` };
};

const makeRoute: Make = ({ properties, id }, { network }) => {
  const routeTableId = properties.text('RouteTableId');
  const destinations = ['DestinationCidrBlock', 'DestinationIpv6CidrBlock'].map((name) =>
    properties.optionalText(name),
  );
  const isToInternet = destinations.some((block) => block === '0.0.0.0/0' || block === '::/0');
  if (properties.value('NatGatewayId') && isToInternet) network.addRoute(routeTableId, 'ipv4');
  if (properties.value('EgressOnlyInternetGatewayId') && isToInternet) network.addRoute(routeTableId, 'ipv6');
  // Functions have no public address, so they cannot use an internet gateway:
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
  properties.ignore('GatewayId');
  return { ref: `${routeTableId}|${id(10)}` };
};

/** https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html */
const makeEndpoint: Make = ({ properties, id }, { network }) => {
  properties.expect('ServiceName', 'com.amazonaws.us-east-1.dynamodb');
  properties.expect('VpcEndpointType', 'Gateway');
  for (const routeTableId of properties.texts('RouteTableIds')) network.addRoute(routeTableId, 'dynamodb');
  properties.ignore('VpcId', 'Tags');
  return { ref: `vpce-${id(17)}` };
};

export const ec2: Record<string, Make> = {
  'AWS::EC2::Subnet': makeSubnet,
  'AWS::EC2::SubnetRouteTableAssociation': makeAssociation,
  'AWS::EC2::Route': makeRoute,
  'AWS::EC2::VPCEndpoint': makeEndpoint,
};
